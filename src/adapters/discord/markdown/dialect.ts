/**
 * Converts Markdown as models write it to marks that Discord's clients show (paradoxv5.github.io/Discord-Markdown).
 * Discord has no tables, rules, pictures, formulas, task lists, deep headings or nested quotes. Code stays as it is.
 */

import { isVisible } from '../../../chat/markdown/characters/visible.ts';
import { type Dialect, utf16 } from '../../../chat/markdown/dialect.ts';
import { keyOf, type References } from '../../../chat/markdown/inline/references.ts';
import {
  type Context,
  type Line,
  readDefinition,
  readFootnote,
  readLine,
} from '../../../chat/markdown/lines.ts';
import { RULE } from './inline/html.ts';
import { convertInline } from './inline/inline.ts';
import { trackUse, type UsedReferences } from './inline/references.ts';
import { noteMark } from './inline/small-letters.ts';
import { withoutBold } from './inline/without-marks.ts';
import { measure } from './measure.ts';
import { createOpenCode, createOpenParagraph, createOpenTable } from './open-blocks.ts';
import { withoutOwnMarks } from './own-marks.ts';
import { joinCells, readRow } from './table.ts';

/** Discord: 2,000 characters a message (message.mdx). */
export const MESSAGE_CHARACTERS = 2_000;

/** A notice in small print, so that people can tell it from the model's text. */
export const smallPrint = (text: string) => `-# ${text}`;

export const discordDialect: Dialect = { render, measure, units: utf16 };

interface ReadLine extends Line {
  /** The context before this line. */
  before: Context;
}

function readLines(markdown: string, first: Context): ReadLine[] {
  let before = first;
  return markdown.split('\n').map((text) => {
    const line = { ...readLine(text.endsWith('\r') ? text.slice(0, -1) : text, before), before };
    before = line.context;
    return line;
  });
}

/** Notes the definitions of a part before its text is converted, since links may come before them. */
function define(lines: readonly ReadLine[], references: References): void {
  for (const { kind, text } of lines) {
    if (kind === 'definition') {
      const { label, url } = readDefinition(text);
      references.define(label, url);
    } else if (kind === 'footnote') references.defineFootnote(readFootnote(text).id);
  }
}

function render(markdown: string, first: Context, known: References): string {
  const out: string[] = [];
  const references = trackUse(known);
  /** For each definition's index in `out`: its label. */
  const definitions = new Map<number, string>();
  const paragraph = createOpenParagraph(out, references);
  const table = createOpenTable(out, references);
  const code = createOpenCode(out, references);

  const lines = readLines(markdown, first);
  define(lines, references);
  for (const line of lines) {
    const { kind, text, before } = line;
    if (line.ended) code.end();
    if (kind !== 'row') table.end();
    if (!paragraph.isContinuedBy(line)) paragraph.end();
    switch (kind) {
      case 'open':
        code.begin(line);
        break;
      case 'inside':
        code.add(text);
        break;
      case 'close':
        code.end(text);
        break;
      case 'blank':
        if (out.at(-1) !== '') out.push('');
        break;
      case 'rule':
        out.push(RULE);
        break;
      case 'heading':
        out.push(heading(text, references));
        break;
      case 'underline':
        paragraph.underline(text);
        break;
      case 'delimiter':
        table.begin(paragraph.tableBelow(line));
        break;
      case 'row':
        table.add(text, before);
        break;
      case 'definition':
        definitions.set(out.length, readDefinition(text).label);
        out.push(definition(text));
        break;
      case 'footnote':
        paragraph.add(footnote(text, references));
        break;
      default:
        paragraph.add(before.midLine && before.table ? restOfRow(text) : lineOfText(line));
    }
  }
  for (const block of [table, paragraph, code]) block.end();
  return finished(withoutResolved(out, definitions, references));
}

function finished(lines: string[]): string {
  const shown = lines
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd();
  return isVisible(shown) ? withoutOwnMarks(shown) : '';
}

/** A definition as text, for when no link shows it. */
function definition(text: string): string {
  const { label, url } = readDefinition(text);
  return `[${label}] ${url}`;
}

function footnote(text: string, references: UsedReferences): string {
  const { id, said } = readFootnote(text);
  return `${noteMark(references.footnote(id))} ${said}`;
}

/**
 * Removes the definitions that links show, with the blank lines around them. A definition stays if an earlier
 * message showed its link without the address, or if nothing refers to it.
 */
function withoutResolved(
  out: string[],
  definitions: Map<number, string>,
  references: UsedReferences,
): string[] {
  if (definitions.size === 0) return out;
  const shown: string[] = [];
  let hasGone = false;
  for (const [index, line] of out.entries()) {
    const label = definitions.get(index);
    if (label !== undefined && references.used.has(keyOf(label)) && !references.isMissed(label))
      hasGone = true;
    else if (!hasGone || line !== '' || shown.at(-1) !== '') {
      shown.push(line);
      hasGone = false;
    }
  }
  return shown;
}

function heading(text: string, references: UsedReferences): string {
  const [begin = '', marks = ''] = /^ *(#+)/.exec(text) ?? [];
  const trimmed = text
    .slice(begin.length)
    .trim()
    .replace(/[ \t]#+$/, '')
    .trim();
  if (marks.length <= 3) return `${marks} ${convertInline(trimmed, references)}`.trimEnd();
  const plain = convertInline(withoutBold(trimmed), references);
  return plain === '' ? '' : `**${plain}**`;
}

/** Shows the rest of a row that is longer than a part. */
function restOfRow(text: string): string {
  return joinCells(readRow(text));
}

/** The line with indentation, bullets and quotes as Discord knows them. */
function lineOfText({ kind, text }: Line): string {
  const indented = text.startsWith('\t') ? text.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length)) : text;
  if (kind === 'quote') return `> ${text.replace(/^(?:[ \t]*>)+[ \t]?/, '')}`;
  if (kind === 'item') {
    const bulleted = indented.includes('+') ? indented.replace(/^( *)\+/, '$1-') : indented;
    if (!bulleted.includes('[')) return bulleted;
    return bulleted.replace(
      /^( *(?:[-*]|\d{1,9}[.)])[ \t]+)\[([ xX])\][ \t]/,
      (_, bullet: string, box: string) => `${bullet}${box === ' ' ? '☐' : '☑'} `,
    );
  }
  return indented;
}
