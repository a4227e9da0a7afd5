import { testHostedFiles } from '../../contracts/adapter/hosted-files.ts';
import { testPictures } from '../../contracts/adapter/pictures.ts';
import { slackUnderTest, slackWithoutStreams } from '../../harness/slack-under-test.ts';

testPictures(slackUnderTest);
testPictures(slackWithoutStreams);
testHostedFiles(slackUnderTest);
