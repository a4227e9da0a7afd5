import { testAdapterOutages } from '../../contracts/adapter.ts';
import { webUnderTest } from '../../harness/web-under-test.ts';

testAdapterOutages(webUnderTest);
