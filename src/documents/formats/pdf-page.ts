/** The text of a page of a PDF: its lines, then what people filled in and remarked. */
import type { getDocumentProxy } from 'unpdf';
import { oneLine } from '../markdown.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>;
type Content = Awaited<ReturnType<Page['getTextContent']>>;
type Item = Extract<Content['items'][number], { str: string }>;

/** A step across the line that begins another line, in heights of the text. */
const NEW_LINE = 0.6;
/** A gap that stands for a space, in heights of the text. */
const GAP = 0.25;
/** Most fields and remarks of a page that are read. */
const MOST_FIELDS = 2_000;

/** A page that cannot be read is empty. */
export async function pageText(page: Page): Promise<string> {
  const parts = [await lettersOf(page).catch(() => ''), await fieldsOf(page).catch(() => '')];
  page.cleanup();
  return parts.filter(Boolean).join('\n\n');
}

async function lettersOf(page: Page): Promise<string> {
  const { items, styles } = await page.getTextContent();
  const parts: string[] = [];
  let before: Item | undefined;
  let isSpaced = true;
  for (const item of items) {
    if (!('str' in item) || (item.str === '' && !item.hasEOL)) continue;
    if (before && !styles[item.fontName]?.vertical && item.str.trim() !== '') {
      const between = separator(before, item);
      if (between === '\n' || !isSpaced) parts.push(between);
    }
    parts.push(item.hasEOL ? `${item.str}\n` : item.str);
    isSpaced = item.hasEOL || /\s$/.test(item.str) || (item.str === '' && isSpaced);
    before = item.hasEOL ? undefined : item;
  }
  const lines = parts.join('').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

/** The white space between two texts that pdf.js does not part. */
function separator(before: Item, item: Item): '' | ' ' | '\n' {
  const [a = 1, b = 0, , , x = 0, y = 0] = before.transform as number[];
  const [, , , , nextX = 0, nextY = 0] = item.transform as number[];
  const size = Math.max(before.height, item.height);
  const length = Math.hypot(a, b) || 1;
  const [alongX, alongY] = [a / length, b / length];
  const [stepX, stepY] = [nextX - x, nextY - y];
  const across = Math.abs(stepY * alongX - stepX * alongY);
  if (across > NEW_LINE * size) return '\n';
  const gap = stepX * alongX + stepY * alongY - before.width;
  return gap > GAP * size ? ' ' : '';
}

/** Kinds of annotations that say nothing of their own. A popup repeats the remark that it belongs to. */
const NO_REMARKS = new Set<unknown>(['Widget', 'Link', 'Popup']);

interface Annotation {
  subtype?: unknown;
  fieldName?: unknown;
  fieldValue?: unknown;
  password?: unknown;
  contentsObj?: { str?: unknown };
}

/** The values of a form's fields, and remarks. */
async function fieldsOf(page: Page): Promise<string> {
  const all: Annotation[] = await page.getAnnotations();
  const fields: string[] = [];
  const remarks: string[] = [];
  for (const { subtype, fieldName, fieldValue, password, contentsObj } of all.slice(0, MOST_FIELDS)) {
    const value = Array.isArray(fieldValue) ? fieldValue.join(', ') : fieldValue;
    const isFilled = typeof value === 'string' && value.trim() !== '' && value !== 'Off' && password !== true;
    if (subtype === 'Widget' && isFilled)
      fields.push(`- ${oneLine(String(fieldName ?? ''))}: ${oneLine(value)}`);
    const said = NO_REMARKS.has(subtype) ? '' : contentsObj?.str;
    if (typeof said === 'string' && said.trim() !== '') remarks.push(`- ${oneLine(said)}`);
  }
  return [
    fields.length > 0 ? `Form fields:\n\n${fields.join('\n')}` : '',
    remarks.length > 0 ? `Remarks:\n\n${remarks.join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}
