import { testAdapterOutages } from '../../contracts/adapter.ts';
import { slackWithoutStreams } from '../../harness/slack-under-test.ts';

testAdapterOutages(slackWithoutStreams);
