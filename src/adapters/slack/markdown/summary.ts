/**
 * The `text` of a message whose Markdown is in blocks. Notifications and screen readers use it, so it has the beginning
 * of the answer in plain words.
 */
import { graphemeBoundary } from '../../../chat/markdown/characters/grapheme.ts';
import { escaped } from '../reading/text.ts';
import { en } from '../sentences/en.ts';

/**
 * Most characters that a notification shows. Even escaped, they stay far below the 4,000 bytes of a text
 * (chat.update).
 */
const SUMMARY_CHARACTERS = 300;
/** Characters of Markdown read for the summary, marks and addresses included. */
const READ_CHARACTERS = 2_000;

export function summaryOf(markdown: string): string {
  const read = markdown.slice(0, READ_CHARACTERS);
  const words = wordsOf(read).toWellFormed();
  if (words === '') return en.answers.withoutWords;
  if (words.length <= SUMMARY_CHARACTERS && read.length === markdown.length) return escaped(words);
  const end = graphemeBoundary(words, Math.min(SUMMARY_CHARACTERS, words.length));
  return `${escaped(words.slice(0, end).trimEnd())} …`;
}

/** Markdown as plain words on one line. */
function wordsOf(markdown: string): string {
  return markdown
    .replace(/^[ \t>]*(?:`{3}|~{3}).*$/gm, '')
    .replace(/^[ \t:|*_=-]{3,}$/gm, '')
    .replace(/^[ \t>]*(?:#{1,6}[ \t]|[-*+][ \t](?:\[[ xX]\][ \t])?)?/gm, '')
    .replace(/!?\[([^[\]\n]{0,300})\]\([^()\n]{0,1000}\)/g, '$1')
    .replace(/\*(?=\S)|(?<=\S)\*|~~|`/g, '')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\u200b/g, '')
    .replace(/[\s|]+/g, ' ')
    .trim();
}
