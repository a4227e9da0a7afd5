/** The list of an archive's files. Nothing in it is unpacked. */
import type { DocumentText } from '../document-text.ts';
import { sizeIn } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';

/** Most files that are listed. */
const MOST_NAMED = 5_000;

export function listArchive({ list }: PackageFiles, text: DocumentText): void {
  const all = list.filter(({ name }) => !name.endsWith('/'));
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  text.block(`An archive of ${all.length} files, ${sizeIn(bytes)} unpacked. It lists their names only:`);
  const lines = all.slice(0, MOST_NAMED).map(({ name, size }) => `- ${name} (${sizeIn(size)})`);
  text.block(lines.join('\n'));
  if (all.length > MOST_NAMED) text.block(`[${all.length - MOST_NAMED} more]`);
}
