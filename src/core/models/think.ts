/**
 * Takes a model's reasoning out of its streamed text, for servers that leave it there: `<think>` blocks and
 * similar tags, and the channels of gpt-oss (OpenAI: "Harmony response format"). Tags inside code stay.
 *
 * Some chat templates open the block themselves (DeepSeek-R1, Qwen3-Thinking, GLM). The answer then begins as
 * reasoning, and only a lone `</think>` shows it. Holding back every answer of an unknown model would end
 * streaming. So the text is shown, and a lone tag takes it back (`retract`) once text of the answer follows.
 * The caller remembers the model (`beganInside`) and holds back its next answers from the start.
 */
import { createCodeWatch } from './wire/in-code.ts';
import {
  BARE,
  BARE_BEGINNING,
  type Block,
  FIRST,
  FIRST_HEADERS,
  HARMONY,
  INSIDE,
  isQuote,
  isQuoted,
  LONGEST_FIRST,
  LONGEST_HEADER,
  LONGEST_TAG,
  overlap,
  startOfTag,
  TAG,
  THINK,
  withoutOpening,
} from './wire/thought-tags.ts';

export type Piece = { type: 'text' | 'thought'; text: string } | { type: 'retract' };

export interface ThinkFilter {
  push(text: string): Piece[];
  /**
   * Returns the text that was held back; call once, at the end.
   * @param isWhole the model ended by itself: a block that it never closed was then its answer
   */
  end(isWhole: boolean): Piece[];
  readonly isThinking: boolean;
  /** Whether the text began inside a block, as far as is known. */
  readonly beganInside: boolean;
}

export interface ThinkOptions {
  /** This model's template is known to open the block itself. */
  beganInside?: boolean;
  /** Whether the server also sends reasoning apart from the text. A lone closing tag within text is then prose. */
  isSentApart?: () => boolean;
}

type Mode =
  | { name: 'text' }
  | { name: 'block'; block: Block; opening: string }
  /** `channel`: its name, empty until it is read; absent before it begins. */
  | { name: 'header'; channel?: string; opening: string }
  | { name: 'channel' };

export function createThinkFilter({
  beganInside = false,
  isSentApart = () => false,
}: ThinkOptions = {}): ThinkFilter {
  let mode: Mode = beganInside ? { name: 'block', block: INSIDE, opening: '' } : { name: 'text' };
  let isInside = beganInside;
  /** Text that may be the start of a tag or of a header. */
  let rest = '';
  /** Reasoning of the open block. */
  let hidden: string[] = [];
  /** The answer so far. */
  let shown: string[] = [];
  let isVisible = false;
  let code = createCodeWatch();
  /** A block was closed before, so a further closing tag is not a lone one. */
  let isClosed = false;
  /** Text shown before a lone closing tag; taken back when text follows. */
  let doubtful: string[] | undefined;
  let isHarmony = false;
  let hasThought = false;
  let isEnding = false;
  let pieces: Piece[] = [];

  function add(type: 'text' | 'thought', text: string): void {
    if (text === '') return;
    const last = pieces.at(-1);
    if (last?.type === type) last.text += text;
    else pieces.push({ type, text });
  }

  /** Text of the answer, without white space before its first word. */
  function say(text: string): void {
    const said = isVisible ? text : text.trimStart();
    if (said === '') return;
    isVisible = true;
    if (doubtful) {
      if (doubtful.length > 0) pieces.push({ type: 'retract' });
      think(doubtful.join(''));
      doubtful = undefined;
      isInside = true;
    }
    code.push(said);
    shown.push(said);
    add('text', said);
  }

  function think(text: string): void {
    const thought = text.trim();
    if (thought === '') return;
    add('thought', hasThought ? `\n\n${thought}` : thought);
    hasThought = true;
  }

  function endThought(): void {
    think(hidden.join(''));
    hidden = [];
  }

  /** @returns whether there may be more to read */
  function readText(): boolean {
    if (!isVisible && readFirst()) return rest !== '' && mode.name !== 'text';
    const match = TAG.exec(rest);
    if (!match) {
      const sure = rest.slice(0, startOfTag(rest));
      rest = rest.slice(sure.length);
      say(sure);
      return false;
    }
    say(rest.slice(0, match.index));
    const [tag] = match;
    const before = shown.at(-1)?.at(-1) ?? '';
    const after = rest.charAt(match.index + tag.length);
    if (after === '' && isQuote(before) && !isEnding) {
      rest = rest.slice(match.index);
      return false;
    }
    rest = rest.slice(match.index + tag.length);
    if (isQuoted(before, after) || !takeTag(tag.toLowerCase(), tag)) say(tag);
    return rest !== '';
  }

  /**
   * Reads blocks that count only at the beginning of an answer. @returns whether `rest` is such a block, or may
   * become one
   */
  function readFirst(): boolean {
    rest = rest.trimStart();
    const begins = (open: string) => rest.slice(0, open.length).toLowerCase() === open;
    const block = BARE_BEGINNING.test(rest) ? BARE : FIRST.find(({ open }) => begins(open));
    if (block) {
      mode = { name: 'block', block, opening: rest.slice(0, block.open.length) };
      rest = rest.slice(block.open.length);
      return true;
    }
    if (FIRST_HEADERS.some(begins)) {
      isHarmony = true;
      mode = { name: 'header', channel: '', opening: '' };
      return true;
    }
    const start = rest.slice(0, LONGEST_FIRST).toLowerCase();
    return [...FIRST.map(({ open }) => open), ...FIRST_HEADERS].some((open) => open.startsWith(start));
  }

  /** @returns false where the tag is plain text */
  function takeTag(tag: string, opening: string): boolean {
    if (code.isInside()) return false;
    const block = THINK.find(({ open }) => open === tag);
    if (block) {
      mode = { name: 'block', block, opening };
      return true;
    }
    if (tag.startsWith('</')) return takeLoneEnd();
    const isBegun = isHarmony || tag === '<|channel|>' || (tag === '<|start|>' && !isVisible);
    if (!isBegun) return false;
    isHarmony = true;
    mode = afterTag(tag, opening);
    return true;
  }

  /** Text before a lone closing tag was reasoning, if an answer follows. */
  function takeLoneEnd(): boolean {
    if (isClosed) return !isVisible;
    if (isVisible && isSentApart()) return false;
    isClosed = true;
    doubtful = shown;
    shown = [];
    isVisible = false;
    code = createCodeWatch();
    return true;
  }

  function readBlock({ block, opening }: Extract<Mode, { name: 'block' }>): boolean {
    const end = block.close.exec(rest);
    if (!end) {
      const sure = rest.length - Math.max(...block.closes.map((close) => overlap(rest, close)));
      hidden.push(rest.slice(0, sure));
      rest = rest.slice(sure);
      return false;
    }
    hidden.push(rest.slice(0, end.index));
    if (opening === '') hidden = [withoutOpening(hidden.join(''))];
    rest = rest.slice(end.index + end[0].length);
    isClosed = true;
    mode = { name: 'text' };
    endThought();
    return rest !== '';
  }

  function readHeader({ channel, opening }: Extract<Mode, { name: 'header' }>): boolean {
    const match = HARMONY.exec(rest);
    if (!match || match.index > LONGEST_HEADER) {
      if (rest.length <= LONGEST_HEADER + LONGEST_TAG) return false;
      // This only looked like a header.
      mode = { name: 'text' };
      isHarmony = false;
      say(opening);
      return true;
    }
    const tag = match[0].toLowerCase();
    const name = channel === '' ? rest.slice(0, match.index).trim().toLowerCase() : channel;
    rest = rest.slice(match.index + tag.length);
    if (tag === '<|message|>') {
      mode = { name: name === undefined || name.startsWith('final') ? 'text' : 'channel' };
    } else if (tag === '<|constrain|>') mode = { name: 'header', opening, ...(name && { channel: name }) };
    else mode = afterTag(tag, opening);
    return rest !== '';
  }

  function readChannel(): boolean {
    const match = HARMONY.exec(rest);
    const sure = match ? match.index : startOfTag(rest);
    hidden.push(rest.slice(0, sure));
    rest = rest.slice(sure + (match ? match[0].length : 0));
    if (!match) return false;
    endThought();
    mode = afterTag(match[0].toLowerCase(), match[0]);
    return rest !== '';
  }

  function readOn(): boolean {
    switch (mode.name) {
      case 'text':
        return readText();
      case 'block':
        return readBlock(mode);
      case 'header':
        return readHeader(mode);
      case 'channel':
        return readChannel();
    }
  }

  function taken(): Piece[] {
    const taken = pieces;
    pieces = [];
    return taken;
  }

  return {
    get isThinking() {
      return mode.name !== 'text' || doubtful !== undefined;
    },
    get beganInside() {
      return isInside;
    },
    push(text) {
      // The way of nearly every chunk: no tag is open and none can begin in it.
      if (mode.name === 'text' && rest === '' && isVisible && !text.includes('<')) say(text);
      else {
        rest += text;
        while (readOn());
      }
      return taken();
    },
    end(isWhole) {
      isEnding = true;
      while (readOn());
      const left = hidden.join('') + rest;
      if (mode.name === 'text') say(rest);
      else if (mode.name === 'block' && isWhole) {
        if (mode.opening === '') isInside = false;
        say((isVisible ? mode.opening : '') + left);
      } else if (mode.name === 'header' && isVisible && isWhole) say(mode.opening + left);
      else if (mode.name !== 'header') {
        think(left);
      }
      return taken();
    },
  };
}

function afterTag(tag: string, opening: string): Mode {
  if (tag === '<|channel|>') return { name: 'header', channel: '', opening };
  return tag === '<|start|>' ? { name: 'header', opening } : { name: 'text' };
}
