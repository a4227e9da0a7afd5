/**
 * Takes a model's reasoning out of its streamed text, for servers that leave it there: `<think>` blocks and
 * similar tags, and the channels of gpt-oss (OpenAI: "Harmony response format"). Tags inside code stay.
 *
 * Some chat templates open the block themselves (DeepSeek-R1, Qwen3-Thinking, GLM). The answer then begins as
 * reasoning, and only a lone `</think>` shows it. Holding back every answer of an unknown model would end
 * streaming. So the text is shown, and a lone tag takes it back (`retract`) once text of the answer follows.
 * The caller remembers the model (`beganInside`) and holds back its next answers from the start.
 */

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
} from '../wire/thought-tags.ts';
import { createThinkOutput, type ThinkOutput, type ThinkPiece } from './think-output.ts';

export interface ThinkFilter {
  push(text: string): ThinkPiece[];
  /**
   * Returns the text that was held back; call once, at the end.
   * @param isWhole the model ended by itself: a block that it never closed was then its answer
   */
  end(isWhole: boolean): ThinkPiece[];
  readonly isThinking: boolean;
  /** Whether the text is known to have begun inside a block. */
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

/** The state of one filter. The functions below change it as they read. */
interface State {
  mode: Mode;
  /** Text that may be the start of a tag or of a header. */
  rest: string;
  /** Reasoning of the open block. */
  hidden: string[];
  isHarmony: boolean;
  isEnding: boolean;
  output: ThinkOutput;
}

export function createThinkFilter({
  beganInside = false,
  isSentApart = () => false,
}: ThinkOptions = {}): ThinkFilter {
  const output = createThinkOutput(isSentApart);
  const state: State = {
    mode: beganInside ? { name: 'block', block: INSIDE, opening: '' } : { name: 'text' },
    rest: '',
    hidden: [],
    isHarmony: false,
    isEnding: false,
    output,
  };
  let isInside = beganInside;

  return {
    get isThinking() {
      return state.mode.name !== 'text' || output.isDoubtful();
    },
    get beganInside() {
      return isInside || output.wasTakenBack();
    },
    push(text) {
      // The common case: no tag is open, and none can begin in this chunk.
      const isPlain = state.mode.name === 'text' && state.rest === '' && !text.includes('<');
      if (isPlain && output.isVisible()) output.say(text);
      else {
        state.rest += text;
        while (readOn(state));
      }
      return output.taken();
    },
    end(isWhole) {
      state.isEnding = true;
      while (readOn(state));
      const { mode, rest } = state;
      const left = state.hidden.join('') + rest;
      if (mode.name === 'text') output.say(rest);
      else if (mode.name === 'block' && isWhole) {
        if (mode.opening === '') isInside = false;
        output.say((output.isVisible() ? mode.opening : '') + left);
      } else if (mode.name === 'header' && output.isVisible() && isWhole) output.say(mode.opening + left);
      else if (mode.name !== 'header') {
        output.think(left);
      }
      return output.taken();
    },
  };
}

/** @returns whether more can be read */
function readOn(state: State): boolean {
  const { mode } = state;
  switch (mode.name) {
    case 'text':
      return readText(state);
    case 'block':
      return readBlock(state, mode);
    case 'header':
      return readHeader(state, mode);
    case 'channel':
      return readChannel(state);
  }
}

/** @returns whether more can be read */
function readText(state: State): boolean {
  if (!state.output.isVisible() && readFirst(state)) return state.rest !== '' && state.mode.name !== 'text';
  const match = TAG.exec(state.rest);
  if (!match) {
    const sure = state.rest.slice(0, startOfTag(state.rest));
    state.rest = state.rest.slice(sure.length);
    state.output.say(sure);
    return false;
  }
  state.output.say(state.rest.slice(0, match.index));
  const [tag] = match;
  const before = state.output.lastCharacter();
  const after = state.rest.charAt(match.index + tag.length);
  if (after === '' && isQuote(before) && !state.isEnding) {
    state.rest = state.rest.slice(match.index);
    return false;
  }
  state.rest = state.rest.slice(match.index + tag.length);
  if (isQuoted(before, after) || !takeTag(state, tag.toLowerCase(), tag)) state.output.say(tag);
  return state.rest !== '';
}

/**
 * Reads blocks that count only at the beginning of an answer. @returns whether `rest` is such a block, or may
 * become one
 */
function readFirst(state: State): boolean {
  state.rest = state.rest.trimStart();
  const begins = (open: string) => state.rest.slice(0, open.length).toLowerCase() === open;
  const block = BARE_BEGINNING.test(state.rest) ? BARE : FIRST.find(({ open }) => begins(open));
  if (block) {
    state.mode = { name: 'block', block, opening: state.rest.slice(0, block.open.length) };
    state.rest = state.rest.slice(block.open.length);
    return true;
  }
  if (FIRST_HEADERS.some(begins)) {
    state.isHarmony = true;
    state.mode = { name: 'header', channel: '', opening: '' };
    return true;
  }
  const start = state.rest.slice(0, LONGEST_FIRST).toLowerCase();
  return [...FIRST.map(({ open }) => open), ...FIRST_HEADERS].some((open) => open.startsWith(start));
}

/** @returns false where the tag is plain text */
function takeTag(state: State, tag: string, opening: string): boolean {
  if (state.output.isInCode()) return false;
  const block = THINK.find(({ open }) => open === tag);
  if (block) {
    state.mode = { name: 'block', block, opening };
    return true;
  }
  if (tag.startsWith('</')) return state.output.takeLoneEnd();
  const isBegun =
    state.isHarmony || tag === '<|channel|>' || (tag === '<|start|>' && !state.output.isVisible());
  if (!isBegun) return false;
  state.isHarmony = true;
  state.mode = afterTag(tag, opening);
  return true;
}

function readBlock(state: State, { block, opening }: Extract<Mode, { name: 'block' }>): boolean {
  const end = block.close.exec(state.rest);
  if (!end) {
    const sure = state.rest.length - Math.max(...block.closes.map((close) => overlap(state.rest, close)));
    state.hidden.push(state.rest.slice(0, sure));
    state.rest = state.rest.slice(sure);
    return false;
  }
  state.hidden.push(state.rest.slice(0, end.index));
  if (opening === '') state.hidden = [withoutOpening(state.hidden.join(''))];
  state.rest = state.rest.slice(end.index + end[0].length);
  state.output.close();
  state.mode = { name: 'text' };
  endThought(state);
  return state.rest !== '';
}

function readHeader(state: State, { channel, opening }: Extract<Mode, { name: 'header' }>): boolean {
  const match = HARMONY.exec(state.rest);
  if (!match || match.index > LONGEST_HEADER) {
    if (state.rest.length <= LONGEST_HEADER + LONGEST_TAG) return false;
    // This only looked like a header.
    state.mode = { name: 'text' };
    state.isHarmony = false;
    state.output.say(opening);
    return true;
  }
  const tag = match[0].toLowerCase();
  const name = channel === '' ? state.rest.slice(0, match.index).trim().toLowerCase() : channel;
  state.rest = state.rest.slice(match.index + tag.length);
  if (tag === '<|message|>') {
    state.mode = { name: name === undefined || name.startsWith('final') ? 'text' : 'channel' };
  } else if (tag === '<|constrain|>')
    state.mode = { name: 'header', opening, ...(name && { channel: name }) };
  else state.mode = afterTag(tag, opening);
  return state.rest !== '';
}

function readChannel(state: State): boolean {
  const match = HARMONY.exec(state.rest);
  const sure = match ? match.index : startOfTag(state.rest);
  state.hidden.push(state.rest.slice(0, sure));
  state.rest = state.rest.slice(sure + (match ? match[0].length : 0));
  if (!match) return false;
  endThought(state);
  state.mode = afterTag(match[0].toLowerCase(), match[0]);
  return state.rest !== '';
}

function endThought(state: State): void {
  state.output.think(state.hidden.join(''));
  state.hidden = [];
}

function afterTag(tag: string, opening: string): Mode {
  if (tag === '<|channel|>') return { name: 'header', channel: '', opening };
  return tag === '<|start|>' ? { name: 'header', opening } : { name: 'text' };
}
