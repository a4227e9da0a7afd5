import { testHostedFiles } from '../../contracts/adapter/hosted-files.ts';
import { testPictures } from '../../contracts/adapter/pictures.ts';
import { discordUnderTest } from '../../harness/discord-under-test.ts';

testPictures(discordUnderTest);
testHostedFiles(discordUnderTest);
