/** The text of an answer as people read it: without the marks of Markdown, the addresses of links and the like. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** Characters that are read at once: some milliseconds. */
const SLICE = 8_000;

const FENCE = /^[\s>]*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})/;
/** Lines that are not shown, once spaces and quote marks are taken out. */
const DELIMITER_ROW = /^\|?(?::?-+:?\|)+(?::?-+:?)?$/;
const BREAK = /^(?:-{3,}|\*{3,}|_{3,}|={3,})$/;
const FORMULA_ALONE = /^(?:\$\$|\\[[\]])$/;
const LINK_TARGET = /^\[[^[\]^][^[\]]{0,300}\]:./;
const UNSHOWN = [DELIMITER_ROW, BREAK, FORMULA_ALONE, LINK_TARGET];
/** Quotes, headings, bullets, boxes of tasks, and the kind of an alert. Numbers of lists are shown. */
const BLOCK_SIGNS = /^(?:\s*(?:>|#{1,6}(?=\s)|[-*+](?=\s)|\[[ xX]\](?=\s)|\[!\w{1,20}\]))*\s*/;

const CODE = /``((?:[^`]|`(?!`)){1,500})``|`([^`]{1,500})`/g;
const FORMULA = /\$\$([^$]{1,2000})\$\$|\$(?![\s$])([^$]{0,300}[^\s$\\])\$(?!\d)/g;
const FORMULA_SIGNS = /\\[()[\]]/g;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const FOOTNOTE = /\[\^[^\s\]]{1,50}\]:?/g;
const LINK = /!?\[([^[\]]{0,300})\](?:\((?:[^()]|\([^()]{0,300}\)){0,2000}\)|\[[^[\]]{0,100}\])/g;
const AUTOLINK = /<((?:https?|mailto):[^<>\s]{1,2000})>/g;
const TAG = /<\/?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,200})?\/?>/gi;
const EMPHASIS = [
  /(\*{1,3})(?=\S)([^*]{0,500}?\S)\1/g,
  /(?<![\p{L}\p{N}_])(_{1,3})(?=\S)([^_]{0,500}?\S)\1(?![\p{L}\p{N}_])/gu,
  /(~~)([^~]{1,500})~~/g,
];
const ENTITY = /&(?:amp|lt|gt|quot|nbsp|#39);/g;
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&nbsp;', ' '],
  ['&#39;', "'"],
]);
/** Marks within marks, such as a picture in a link. */
const NESTED = 3;
/** Around the number of what stays as it is. Nobody writes these characters. */
const [OPEN, CLOSE] = ['\ue000', '\ue001'];
const KEPT = /\ue000(\d+)\ue001/g;

/** The event loop gets its turn meanwhile. */
export async function shownText(markdown: string): Promise<string> {
  const lines = markdown
    .replace(/[\ue000\ue001]/g, '')
    .split('\n')
    .flatMap(inSlices);
  let done = 0;
  const shown: string[] = [];
  let fence = '';
  let isTable = false;
  for (const [index, line] of lines.entries()) {
    done += line.length + 1;
    if (done > SLICE) {
      done = 0;
      await turnOfTheLoop();
    }
    const sign = FENCE.exec(line)?.[1];
    if (fence !== '') {
      if (sign?.startsWith(fence)) fence = '';
      else shown.push(line);
    } else if (sign !== undefined) fence = sign;
    else if (!UNSHOWN.some((sign) => sign.test(tight(line)))) {
      isTable = line.includes('|') && (isTable || DELIMITER_ROW.test(tight(lines[index + 1] ?? '')));
      const words = line.replace(BLOCK_SIGNS, '');
      shown.push(withoutMarks(isTable ? cellsOf(words) : words));
    }
  }
  return shown
    .join('\n')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();
}

/** Marks that a cut goes through are shown. */
const inSlices = (line: string) =>
  line.length <= SLICE
    ? line
    : Array.from({ length: Math.ceil(line.length / SLICE) }, (_, i) =>
        line.slice(i * SLICE, (i + 1) * SLICE),
      );

const tight = (line: string) => line.replace(/[\s>]/g, '');

const cellsOf = (row: string) =>
  row
    .replace(/^\s*\|/, '')
    .replace(/\|\s*$/, '')
    .replace(/(?<!\\)\|/g, ' · ');

function withoutMarks(line: string): string {
  // Most lines of code and prose have none.
  if (!/[`$\\[<*_~&]/.test(line)) return line;
  const kept: string[] = [];
  const keep = (text: string) => `${OPEN}${kept.push(text) - 1}${CLOSE}`;
  let text = line
    .replace(CODE, (_, twice: string | undefined, once: string) => keep(twice ?? once))
    .replace(FORMULA, (_, block: string | undefined, inline: string) => keep(block ?? inline))
    .replace(FORMULA_SIGNS, '')
    .replace(ESCAPED, (_, sign: string) => keep(sign))
    .replace(FOOTNOTE, '');
  for (let depth = 0; depth < NESTED; depth++) text = text.replace(LINK, '$1');
  text = text.replace(AUTOLINK, '$1').replace(TAG, ' ');
  for (let depth = 0; depth < NESTED; depth++)
    for (const emphasis of EMPHASIS) text = text.replace(emphasis, '$2');
  return text
    .replace(ENTITY, (entity) => ENTITIES.get(entity) ?? entity)
    .replace(KEPT, (_, index: string) => kept[Number(index)] ?? '');
}
