/** Begins the longest test files first, so that none of them is left running alone at the end. */
import { existsSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take 20 s and more though they are short, which vitest would begin last. */
const LONG = [
  'tests/lab/chaos.test.ts',
  'tests/lab/chaos-tools.test.ts',
  'tests/adapters/slack/pictures.test.ts',
  'tests/store/queue-postgres.test.ts',
  'tests/security/kept-no-longer.test.ts',
  'tests/adapters/web/many-windows.test.ts',
  'tests/adapters/slack/contract.test.ts',
  'tests/adapters/discord/contract.test.ts',
  'tests/lab/chaos-limits.test.ts',
  'tests/adapters/web/page-crash.test.ts',
  'tests/security/hostile-texts.test.ts',
  'tests/outage.test.ts',
  'tests/models/loading.test.ts',
  'tests/adapters/slack/contract-outages.test.ts',
  'tests/adapters/slack/contract-outages-without-streams.test.ts',
  'tests/adapters/discord/contract-outages.test.ts',
];

const gone = LONG.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)));
if (gone.length > 0) throw new Error(`No such test files: ${gone.join(', ')}`);

export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.endsWith(path));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
