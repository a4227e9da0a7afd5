/**
 * Gathers the reasoning of a message under the names that its server wants back with the calls: `reasoning_content`
 * (api-docs.deepseek.com: Thinking mode; platform.moonshot.ai: Kimi K2 Thinking) and `reasoning_details`
 * (openrouter.ai/docs: Preserving reasoning).
 */
import { fieldsOf } from '../json.ts';
import type { Delta } from './chat-delta.ts';

/** Most characters that are kept; with more, nothing is sent back. */
const MOST_CHARACTERS = 262_144;
const MOST_DETAILS = 1_000;
/** Fields of a detail that come in pieces. */
const TEXTS = ['text', 'summary', 'data'];

export interface Reasoning {
  push(delta: Delta | undefined): void;
  all(): Record<string, unknown>;
}

export function createReasoning(): Reasoning {
  let content = '';
  const details: Record<string, unknown>[] = [];
  let characters = 0;

  function detail(piece: Record<string, unknown>): void {
    const last = details.at(-1);
    const isSame = last && last.type === piece.type && last.index === piece.index;
    for (const value of Object.values(piece)) characters += typeof value === 'string' ? value.length : 8;
    if (!isSame) {
      if (details.length < MOST_DETAILS && characters <= MOST_CHARACTERS) details.push({ ...piece });
      else characters = Number.POSITIVE_INFINITY;
      return;
    }
    for (const [name, value] of Object.entries(piece)) {
      const before = last[name];
      const isText = TEXTS.includes(name) && typeof before === 'string' && typeof value === 'string';
      if (isText && characters <= MOST_CHARACTERS) last[name] = before + value;
      else if (!isText && value !== null) last[name] = value;
    }
  }

  return {
    push(delta) {
      if (typeof delta?.reasoning_content === 'string') {
        characters += delta.reasoning_content.length;
        if (characters <= MOST_CHARACTERS) content += delta.reasoning_content;
      }
      if (Array.isArray(delta?.reasoning_details))
        for (const piece of delta.reasoning_details) detail(fieldsOf(piece));
    },
    all() {
      if (characters > MOST_CHARACTERS) return {};
      return {
        ...(content !== '' && { reasoning_content: content }),
        ...(details.length > 0 && { reasoning_details: details }),
      };
    },
  };
}
