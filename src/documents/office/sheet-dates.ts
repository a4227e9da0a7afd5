/** Dates in Excel: numbers of days, told from other numbers by the format of their cell (ECMA-376, 18.8.30). */
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';

const DAY_MS = 86_400_000;
/** Day 0, so that days from 1 March 1900 on are right: Excel takes 1900 for a leap year. */
const DAY_0 = Date.UTC(1899, 11, 30);
const DAYS_TO_1904 = 1_462;
/** Characters of a format within brackets or quotation marks, or escaped, say nothing of dates. */
const LITERALS = /"[^"]{0,200}"|\[[^\]]{0,200}\]|\\./g;

/** Whether the cells of a style, by its number, are dates. */
export function readDateStyles(files: PackageFiles): (style: string) => boolean {
  const bytes = files.read('xl/styles.xml');
  const formats = new Map<string, string>();
  const isDate: boolean[] = [];
  let isInCells = false;
  if (bytes)
    readXml(bytes, {
      open({ name, attribute }) {
        if (name === 'numFmt') formats.set(attribute('numFmtId'), attribute('formatCode'));
        else if (name === 'cellXfs') isInCells = true;
        else if (name === 'xf' && isInCells) isDate.push(isDateFormat(attribute('numFmtId'), formats));
      },
      close(name) {
        if (name === 'cellXfs') isInCells = false;
      },
    });
  return (style) => isDate[Number(style)] ?? false;
}

function isDateFormat(id: string, formats: Map<string, string>): boolean {
  const number = Number(id);
  // Formats that every workbook has: dates and times.
  if ((number >= 14 && number <= 22) || (number >= 45 && number <= 47)) return true;
  const format = formats.get(id)?.replace(LITERALS, '') ?? '';
  return /[dy]|h:|:m|m:s/i.test(format);
}

/** A date such as `2024-03-01`, a time, or both. A value that is no date stays. */
export function dateOf(value: string, is1904: boolean): string {
  const days = Number(value);
  if (value === '' || !(days >= 0 && days < 2_958_466)) return value;
  const at = new Date(DAY_0 + Math.round((days + (is1904 ? DAYS_TO_1904 : 0)) * 86_400) * 1_000);
  const [date = '', time = ''] = at.toISOString().split('T');
  const clock = time.slice(0, 8);
  if (days < 1) return clock;
  return at.getTime() % DAY_MS === 0 ? date : `${date} ${clock}`;
}
