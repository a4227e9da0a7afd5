import { testAdapterOutages } from '../../contracts/adapter.ts';
import { slackUnderTest, slackWithoutStreams } from '../../harness/slack-under-test.ts';

testAdapterOutages(slackUnderTest);
testAdapterOutages(slackWithoutStreams);
