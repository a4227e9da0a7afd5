/** The texts an answer wants to stand in its messages, as it is so far and as it ends. */
import type { Document } from '../../markdown/document.ts';

export interface DesiredPartsOptions {
  document: Document;
  /** Shown in its place when it ends without text. */
  previous: Document | undefined;
  /** Most parts that are shown; the rest is a file. */
  mostParts: number;
  /** How a notice is marked in the text. */
  notice: (text: string) => string;
  /** A notice is no part of the text. */
  isNoticeApart: boolean;
  /** Text of the first message until there is answer text; undefined: none. */
  placeholder: string | undefined;
}

export interface DesiredParts {
  /** As of the last `render`. All but the last stay as they are until the answer ends. */
  readonly texts: readonly string[];
  /** The notice below the last of `texts`, where it is no part of it. */
  readonly notice: string | undefined;
  /** Markdown attached to the last part that is shown of a longer answer, and the index of that part. */
  readonly file: { index: number; text: string } | undefined;
  /** Whether there is more to render than `texts` shows. */
  readonly isStale: boolean;
  /** Characters that `texts` does not have yet; of Markdown, so roughly. */
  readonly waiting: number;
  /** Characters of `texts`. */
  readonly size: number;
  /** Units left in the last of `texts`. */
  readonly room: number;
  append(markdown: string): void;
  /** Begins the answer again; `texts` stay until the next `render`. */
  clear(): void;
  /** Shows this in the first message until there is text. It is rendered at once. */
  wait(placeholder: string): void;
  /** The platform refuses files: the rest comes as parts. */
  withoutFile(): void;
  /** Whether `texts` holds only a placeholder. */
  readonly isWaiting: boolean;
  end(notice: string | undefined): void;
  render(): void;
}

export function createDesiredParts(options: DesiredPartsOptions): DesiredParts {
  const { document, previous, notice, isNoticeApart, placeholder } = options;
  let { mostParts } = options;
  let texts: string[] = placeholder === undefined ? [] : [placeholder];
  let file: DesiredParts['file'];
  let below: string | undefined;
  let waiting = 0;
  let hasText = false;
  let isStale = false;
  /** Further text goes into the file. */
  let isFull = false;
  let size = 0;
  let room = document.roomBehind('');
  let isWaiting = placeholder !== undefined;
  /** Undefined until the answer has ended. */
  let ending: { notice: string | undefined } | undefined;

  /** Parts without what a platform takes for empty. */
  function partsOf(source: Document, isFinal: boolean): string[] {
    const parts = [...source.parts(isFinal)];
    while (parts.at(-1)?.trim() === '') parts.pop();
    return parts;
  }

  function renderEnd(saying: string | undefined): void {
    let source = document;
    let parts = hasText ? partsOf(document, true) : [];
    if (parts.length === 0 && previous) {
      source = previous;
      parts = partsOf(previous, true);
    }
    texts = parts.slice(0, mostParts);
    file = parts.length > mostParts ? { index: mostParts - 1, text: source.restFrom(mostParts) } : undefined;
    if (isNoticeApart) {
      below = saying;
      // A notice alone is a message, too.
      if (saying && texts.length === 0) texts.push('');
      return;
    }
    if (!saying) return;
    const marked = notice(saying);
    const together = `${texts.at(-1) ?? ''}\n\n${marked}`;
    if (texts.length > 0 && document.roomBehind(together) >= 0) texts[texts.length - 1] = together;
    else texts.push(marked);
  }

  return {
    get texts() {
      return texts;
    },
    get notice() {
      return below;
    },
    get file() {
      return file;
    },
    get isStale() {
      return isStale;
    },
    get waiting() {
      return waiting;
    },
    get size() {
      return size;
    },
    get room() {
      return room;
    },
    get isWaiting() {
      return isWaiting;
    },

    append(markdown) {
      document.append(markdown);
      if (isFull) return;
      waiting += markdown.length;
      hasText ||= markdown.trim() !== '';
      isStale ||= hasText;
    },

    clear() {
      document.clear();
      waiting = 0;
      hasText = false;
      isFull = false;
      isStale = false;
    },

    wait(text) {
      if (hasText || ending) return;
      texts = [text];
      isWaiting = true;
    },

    withoutFile() {
      mostParts = Number.POSITIVE_INFINITY;
      isFull = false;
      isStale = true;
    },

    end(saying) {
      ending = { notice: saying };
      isStale = true;
    },

    render() {
      if (!isStale) return;
      isStale = false;
      waiting = 0;
      if (ending) {
        renderEnd(ending.notice);
        isWaiting = false;
      } else {
        const parts = partsOf(document, false);
        isFull = parts.length > mostParts;
        if (parts.length > 0) {
          texts = parts.slice(0, mostParts);
          isWaiting = false;
        }
      }
      room = document.roomBehind(texts.at(-1) ?? '');
      size = texts.reduce((sum, text) => sum + text.length, 0);
    },
  };
}
