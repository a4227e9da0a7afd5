import { testAdapter } from '../../contracts/adapter.ts';
import { slackUnderTest, slackWithoutStreams } from '../../harness/slack-under-test.ts';

testAdapter(slackUnderTest);
testAdapter(slackWithoutStreams);
