/** The list of cited sources at the end of an answer. */
import { en } from '../../../sentences/en.ts';
import { hostBeside } from '../../../text/shown-host.ts';
import { seenName } from '../../../text/unseen.ts';
import type { Source } from '../step.ts';
import { linkAddress } from './sources.ts';

/** Entries of a list; an answer with more sources links the others by their numbers alone. */
const MOST_LISTED = 20;
const TITLE_CHARACTERS = 80;

/** The list in Markdown; empty without sources. */
export function sourceList(cited: readonly Source[]): string {
  if (cited.length === 0) return '';
  const entries = cited.slice(0, MOST_LISTED).map(entryOf);
  return `**${en.tools.sources.title}**\n${entries.join('\n')}`;
}

function entryOf(source: Source): string {
  const address = linkAddress(source) ?? '';
  const { hostname } = new URL(address);
  const host = hostname.replace(/^www\./, '');
  const title = titleOf(source, address);
  return `- [[${source.number}]](${address}) ${title === '' ? host : `${title} (${host})`}`;
}

/** Signs of Markdown and of platforms, in a form that no platform reads as such. */
const SIGNS: Record<string, string> = {
  '[': '(',
  ']': ')',
  '<': '‹',
  '>': '›',
  '`': '’',
  '|': '–',
  '\\': '/',
  '*': '∗',
  '~': '∼',
  $: '＄',
  '@': '＠',
};
const SIGN = /[[\]<>`|\\*~$@]/g;
/** Underscores at the ends of words are marks. */
const UNDERSCORE = /_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_/gu;
const ENTITY = /&(?=#|[a-z]{2,31};)/gi;

/** The title as text. Empty where it is none, or names another address. */
function titleOf({ title }: Source, address: string): string {
  const seen = seenName(title, TITLE_CHARACTERS + 1);
  if (seen.includes('://') || hostBeside(seen, address) !== undefined) return '';
  const short = seen.length > TITLE_CHARACTERS ? `${seen.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…` : seen;
  return short
    .toWellFormed()
    .replace(SIGN, (sign) => SIGNS[sign] ?? '')
    .replace(UNDERSCORE, ' ')
    .replace(ENTITY, '＆')
    .replace(/\s+/g, ' ')
    .trim();
}

const LIST = /^\n\n\*\*[^*\n]{1,60}\*\*(?:\n- \[\[\d{1,3}\]\]\([^\s()]+\) [^\n]*)+$/;

/** A kept answer without its list, as a model reads it in later prompts. */
export function withoutSourceList(answer: string): string {
  const at = answer.lastIndexOf('\n\n**');
  return at >= 0 && LIST.test(answer.slice(at)) ? answer.slice(0, at) : answer;
}
