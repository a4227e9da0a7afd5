/** A row of the books, for tests of what people see of them. */
import type { BookRow } from '../../src/core/money/books.ts';
import { TENANT, TODAY } from './commanding.ts';

/** One answered question of Bob's today. */
export const bookRow = (change: Partial<BookRow>): BookRow => ({
  day: TODAY,
  tenant: TENANT,
  person: 'chat:bob',
  model: 'gpt-6-luna',
  kind: 'answer',
  payer: 'operator',
  requests: 1,
  input: 1_000,
  cached: 800,
  cacheWrite: 0,
  output: 100,
  reasoning: 20,
  cost: 3_400_000,
  unpriced: 0,
  estimated: 0,
  ...change,
});
