import { testPictures } from '../../contracts/adapter/pictures.ts';
import { webUnderTest } from '../../harness/web-under-test.ts';

testPictures(webUnderTest);
