import { testAdapterOutages } from '../../contracts/adapter.ts';
import { discordUnderTest } from '../../harness/discord-under-test.ts';

testAdapterOutages(discordUnderTest);
