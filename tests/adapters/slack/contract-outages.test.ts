import { testAdapterOutages } from '../../contracts/adapter.ts';
import { slackUnderTest } from '../../harness/slack-under-test.ts';

testAdapterOutages(slackUnderTest);
