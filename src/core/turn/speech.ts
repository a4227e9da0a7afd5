/**
 * Marks who speaks in what the model reads, so that no text and no name can pass for another's. A name stands in
 * JSON's quotation marks. Each line of a text but the first of a speech begins with a bar. A line without a bar is
 * Parley's own.
 */
import { seenName, seenText } from '../text/unseen.ts';

/** Begins each marked line. */
export const BAR = '| ';
const NAME_CHARACTERS = 80;

/** Characters other than a line feed that a model may take for the end of a line. */
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;

/** Beginnings of Parley's own lines, and of lines that look like them. */
const LOOKS_LIKE_OURS =
  /^[\s|>*_#`~-]*(?:message from\b|quoted \(|title of this thread\b|file\s*["“„«]|\[(?:file|image) n|\[(?:picture \d|file, which)|\[here the answer|\[a voice message|\[attached,|\[it goes on|\[a summary of)/i;

/** The text with line feeds as its only ends of lines, and without invisible characters that mislead. */
export const textLines = (text: string) => seenText(text.toWellFormed()).replace(LINE_ENDS, '\n');

/** A name that somebody chose for a person, a file or a thread, as a model reads it. */
export const shownName = (name: string, most = NAME_CHARACTERS) => seenName(name, most);

/** The same in quotation marks. */
export const quotedName = (name: string, most?: number) => JSON.stringify(shownName(name, most));

/**
 * A person's words, marked with their name.
 * @param name empty where `note` alone tells whose words they are
 * @param note Parley's own words about the speaker; texts that others chose only through `quotedName`
 */
export function speech(name: string, text: string, note = ''): string {
  const whose = [name && quotedName(name), note].filter(Boolean).join(', ');
  const said = textLines(text).trimEnd().replaceAll('\n', `\n${BAR}`);
  return said === '' ? `${whose}:` : `${whose}: ${said}`;
}

/** The words of a conversation's only person, unchanged except lines that look like Parley's. */
export function unnamedSpeech(text: string): string {
  const lines = textLines(text).split('\n');
  return lines.map((line) => (LOOKS_LIKE_OURS.test(line) ? BAR + line : line)).join('\n');
}

/** Material: every line has a bar, so that no line passes for somebody's words. */
export function barred(text: string): string {
  return BAR + textLines(text).replaceAll('\n', `\n${BAR}`);
}
