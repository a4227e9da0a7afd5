/** Sizes of files, in English. */
import { plural } from '../../../../core/sentences/en/plural.ts';

const KB = 2 ** 10;
const MB = 2 ** 20;

export function sizeOf(bytes: number): string {
  if (bytes < KB) return plural(bytes, { one: 'one byte', other: `${bytes} bytes` });
  if (bytes < MB) return `${Math.round(bytes / KB)} KB`;
  return `${(bytes / MB).toFixed(1).replace(/\.0$/, '')} MB`;
}
