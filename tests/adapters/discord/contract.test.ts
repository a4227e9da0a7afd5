import { testAdapter } from '../../contracts/adapter.ts';
import { discordUnderTest } from '../../harness/discord-under-test.ts';

testAdapter(discordUnderTest);
