import { testAdapter } from '../../contracts/adapter.ts';
import { webUnderTest } from '../../harness/web-under-test.ts';

testAdapter(webUnderTest);
