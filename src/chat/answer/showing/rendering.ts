/** Renders an answer as the texts of its messages, while it grows and as it ended. */
import { en } from '../../../core/sentences/en.ts';
import type { MadeFile } from '../../../core/types.ts';
import type { Document } from '../../markdown/document.ts';

export interface RenderedAnswer {
  /** All but the last stay as they are until the answer ends. */
  texts: readonly string[];
  /** Characters of `texts`. */
  size: number;
  /** Units left in the last of `texts`. */
  room: number;
  /** The notice below the last of `texts`, where it is no part of it. */
  notice?: string;
  /** The footer below that. */
  footer?: string;
  /** Markdown attached to the part of this index, instead of further parts. */
  file?: { index: number; text: string };
  /** Files that the answer's tools made, below the last of `texts`. */
  made?: MadeFile[];
  /** `texts` holds only a placeholder. */
  isPlaceholder: boolean;
  /** The answer has ended, and takes more than one message. */
  isLong: boolean;
  /** Further text goes into the file. */
  isFull: boolean;
}

/** An answer that was shown before. */
export interface PreviousAnswer {
  document: Document;
  made?: MadeFile[];
}

export interface RenderingOptions {
  document: Document;
  /** Markdown before the answer, such as a quote of the question. The document begins with it. */
  lead?: string | undefined;
  /** Shown in place of the document when the answer ends without text. */
  previous: PreviousAnswer | undefined;
  /** How a notice is marked in the text. */
  notice: (text: string) => string;
  /** A notice is no part of the text. */
  isNoticeApart: boolean;
}

/** @param placeholder text of the first message; undefined: none */
export function renderPlaceholder(document: Document, placeholder: string | undefined): RenderedAnswer {
  const texts = placeholder === undefined ? [] : [placeholder];
  const isPlaceholder = placeholder !== undefined;
  return { texts, size: 0, room: document.roomBehind(''), isPlaceholder, isLong: false, isFull: false };
}

/** @param before stays as it is where the document has no text to show yet */
export function renderGrowing(document: Document, before: RenderedAnswer, mostParts: number): RenderedAnswer {
  const parts = partsOf(document, false);
  const texts = parts.length > 0 ? parts.slice(0, mostParts) : before.texts;
  return {
    ...measured(document, texts),
    isPlaceholder: parts.length === 0 && before.isPlaceholder,
    isLong: false,
    isFull: parts.length > mostParts,
  };
}

/** Parley's own words with which an answer ended, and the files below it. */
export interface ClosingWords {
  notice?: string;
  /** A small line about the answer; none where there is no text. */
  footer?: string;
  made?: MadeFile[];
}

export function renderEnd(
  options: RenderingOptions,
  {
    hasText,
    mostParts,
    said,
    takesMade,
  }: { hasText: boolean; mostParts: number; said: ClosingWords; takesMade: boolean },
): RenderedAnswer {
  const { document, previous, isNoticeApart } = options;
  const isShown = hasText || (options.lead !== undefined && previous === undefined);
  const own = isShown ? partsOf(document, true) : [];
  const isPrevious = own.length === 0 && !said.made?.length && previous !== undefined;
  const source = isPrevious ? previous.document : document;
  const parts = isPrevious ? partsOf(previous.document, true) : own;
  const { made = [] } = isPrevious ? previous : said;
  const words = wordsBelow(takesMade ? said : withUnshown(said, made), hasText || isPrevious);
  let texts = parts.slice(0, mostParts);
  if (words.length > 0 && !isNoticeApart)
    texts = withNotice(texts, words.map(([, text]) => options.notice(text)).join('\n'), document);
  // A notice alone is a message, too.
  if (words.length > 0 && isNoticeApart && texts.length === 0) texts = [''];
  const isMadeShown = takesMade && made.length > 0;
  if (isMadeShown && texts.length === 0) texts = [''];
  const isCut = parts.length > mostParts;
  return {
    ...measured(document, texts),
    ...(isNoticeApart && Object.fromEntries(words)),
    ...(isMadeShown && { made }),
    ...(isCut && { file: { index: mostParts - 1, text: source.restFrom(mostParts) } }),
    isPlaceholder: false,
    isLong: parts.length > 1,
    isFull: isCut,
  };
}

/** A notice tells of files that the platform does not take. */
function withUnshown(said: ClosingWords, made: MadeFile[]): ClosingWords {
  if (made.length === 0) return said;
  const notice = [said.notice, en.tools.pictures.refused(made.length)].filter(Boolean).join(' ');
  return { ...said, notice };
}

function wordsBelow({ notice, footer }: ClosingWords, hasText: boolean) {
  const words: ['notice' | 'footer', string][] = [];
  if (notice) words.push(['notice', notice]);
  if (footer && hasText) words.push(['footer', footer]);
  return words;
}

/** Parley's words stand below the last text, or in a message of their own where they do not fit there. */
function withNotice(texts: string[], marked: string, document: Document): string[] {
  const together = `${texts.at(-1) ?? ''}\n\n${marked}`;
  const fits = texts.length > 0 && document.roomBehind(together) >= 0;
  return fits ? [...texts.slice(0, -1), together] : [...texts, marked];
}

/** Parts without those at the end that a platform takes for empty. */
function partsOf(source: Document, isFinal: boolean): string[] {
  const parts = [...source.parts(isFinal)];
  while (parts.at(-1)?.trim() === '') parts.pop();
  return parts;
}

const measured = (document: Document, texts: readonly string[]) => ({
  texts,
  size: texts.reduce((sum, text) => sum + text.length, 0),
  room: document.roomBehind(texts.at(-1) ?? ''),
});
