/**
 * Gathers the calls of a Chat Completions stream. Servers number, name and repeat the pieces in many ways; each rule names
 * a server that needs it.
 */
import { ModelError } from '../../model.ts';
import type { ToolCall } from '../../tool.ts';
import { argumentsOf, newCallId } from '../call-parts.ts';
import { fieldsOf } from '../json.ts';
import { type CallArguments, createArguments } from './chat-arguments.ts';
import type { Delta } from './chat-delta.ts';

/** A call with what must go back to the server beside it, such as Gemini's signature of its thoughts. */
export interface ChatCall extends ToolCall {
  extra?: Record<string, unknown>;
}

export interface ChatCalls {
  /** Reads the pieces in a delta. Returns the characters that the model wrote in them. */
  push(delta: Delta | undefined): string;
  /** Whether a tool that was offered is called. */
  hasOffered(): boolean;
  isEmpty(): boolean;
  all(): ChatCall[];
}

interface Slot {
  id: string;
  name: string;
  arguments: CallArguments;
  extra?: Record<string, unknown>;
}

interface Piece {
  index: number | undefined;
  id: string;
  name: string;
  arguments: string;
  extra: unknown;
}

const MOST_CALLS = 128;
const MOST_CHARACTERS = 2 ** 19;
const MOST_NAME = 200;

/** @param offered names of the tools that were sent */
export function createChatCalls(offered: ReadonlySet<string>): ChatCalls {
  const slots: Slot[] = [];
  const byIndex = new Map<number, Slot>();
  let characters = 0;

  function open(index: number | undefined): Slot {
    if (slots.length >= MOST_CALLS) throw new ModelError({ kind: 'too-large' });
    const slot: Slot = { id: '', name: '', arguments: createArguments() };
    slots.push(slot);
    if (index !== undefined) byIndex.set(index, slot);
    return slot;
  }

  function slotFor(piece: Piece): Slot {
    const { index, id, name } = piece;
    const atIndex = index === undefined ? undefined : byIndex.get(index);
    if (atIndex) {
      const isSame = isRestOfName(atIndex, name) || !beginsAnother(atIndex, piece);
      return isSame ? atIndex : open(index);
    }
    const withId = id === '' ? undefined : slots.find((slot) => slot.id === id);
    if (withId && (index === undefined || name === '')) return withId;
    const last = slots.at(-1);
    if (!last) return open(index);
    if (id === '' && name === '') return last;
    // The name may be repeated in each piece.
    const isSame = index === undefined && id === '' && name === last.name && !last.arguments.isWhole();
    return isSame ? last : open(index);
  }

  /** Whether the name comes in pieces, as some proxies send it. Most servers repeat it. */
  function isRestOfName(slot: Slot, name: string): boolean {
    if (slot.name === '' || name === '' || offered.has(name)) return false;
    const joined = slot.name + name;
    return (
      !slot.arguments.isOpen() &&
      !slot.arguments.isWhole() &&
      [...offered].some((one) => one.startsWith(joined))
    );
  }

  return {
    push(delta) {
      // Most deltas have no call.
      if (!delta?.tool_calls && !delta?.function_call) return '';
      let written = '';
      for (const piece of piecesIn(delta)) {
        const slot = slotFor(piece);
        slot.id ||= piece.id;
        slot.name = isRestOfName(slot, piece.name) ? slot.name + piece.name : piece.name || slot.name;
        if (typeof piece.extra === 'object' && piece.extra !== null) slot.extra = fieldsOf(piece.extra);
        slot.arguments.push(piece.arguments);
        written += piece.name + piece.arguments;
      }
      characters += written.length;
      if (characters > MOST_CHARACTERS) throw new ModelError({ kind: 'too-large' });
      return written;
    },
    hasOffered: () => slots.some(({ name }) => offered.has(name)),
    isEmpty: () => slots.length === 0,
    all: () => callsOf(slots),
  };
}

/**
 * Whether a piece at the index of another call begins its own. Ollama sends all parallel calls at index 0
 * (NousResearch/hermes-agent#3468, BerriAI/litellm#33678), also without ids (continuedev/continue#13225).
 */
function beginsAnother(slot: Slot, { id, name }: Piece): boolean {
  if (name === '' || slot.name === '') return false;
  // Some give each piece a new id, with the name once more (vllm-project/vllm#23522).
  if (name === slot.name && !slot.arguments.isWhole()) return false;
  if (id !== '' && slot.id !== '') return id !== slot.id;
  return name !== slot.name && !slot.arguments.isOpen();
}

function* piecesIn(delta: Delta | undefined): Generator<Piece> {
  if (!delta) return;
  const { tool_calls: calls, function_call: single } = delta;
  // Some servers send a single call without a list.
  for (const one of calls ? [calls].flat() : single ? [{ index: 0, function: single }] : []) {
    const fields = fieldsOf(one);
    // Some servers leave out the level of `function`.
    const call = { ...fields, ...fieldsOf(fields.function) };
    yield {
      index: indexOf(fields.index),
      id: stringOf(fields.id),
      name: stringOf(call.name).slice(0, MOST_NAME),
      arguments: argumentsOf(call.arguments),
      extra: fields.extra_content,
    };
  }
}

function indexOf(value: unknown): number | undefined {
  const index = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) ? index : undefined;
}

const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');

function callsOf(slots: Slot[]): ChatCall[] {
  const calls: ChatCall[] = [];
  const ids = new Set<string>();
  for (const { id, name, arguments: input, extra } of slots) {
    for (const value of name === '' ? [] : input.values()) {
      const own = id === '' || ids.has(id) ? newCallId() : id;
      ids.add(own);
      calls.push({ id: own, name, arguments: value, ...(extra && { extra }) });
    }
  }
  return calls;
}
