/** The list of an archive's files. Nothing in it is kept. */
import type { DocumentText } from '../document-text.ts';
import { oneLine, sizeIn } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';

/** Most files that are listed. */
const MOST_NAMED = 5_000;
/** Most characters of a name. */
const MOST_NAME = 300;

export function listArchive(list: PackageFiles['list'], text: DocumentText): void {
  const all = list.filter(({ name }) => !name.endsWith('/'));
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  text.block(
    `An archive of ${all.length === 1 ? '1 file' : `${all.length} files`}, ${sizeIn(bytes)} unpacked. It lists their names only:`,
  );
  const lines = all.slice(0, MOST_NAMED).map(({ name, size }) => `- ${shownName(name)} (${sizeIn(size)})`);
  text.block(lines.join('\n'));
  if (all.length > MOST_NAMED) text.block(`[${all.length - MOST_NAMED} more]`);
}

/** A name on one line. An archive's author chose it, and nothing is ever written under it. */
const shownName = (name: string) => oneLine(name.slice(0, MOST_NAME).replace(/\p{Cc}/gu, '\n'));
