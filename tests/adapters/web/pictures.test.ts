import { testHostedFiles } from '../../contracts/adapter/hosted-files.ts';
import { testPictures } from '../../contracts/adapter/pictures.ts';
import { webUnderTest } from '../../harness/web-under-test.ts';

testPictures(webUnderTest);
testHostedFiles(webUnderTest);
