/** Gives a run of the tests one temporary folder, and deletes it afterwards with what killed processes leave behind. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function makeTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tests-'));
  // Postgres runs as a user of its own, and reads a file there.
  chmodSync(folder, 0o755);
  // `tmpdir` reads it, in the workers and in the processes that tests start.
  process.env.TMPDIR = folder;
  process.env.POSTGRES_TEMPLATE = join(folder, 'postgres-template');
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
