/**
 * Takes `<think>…</think>` out of an answer as it streams: some servers send a model's reasoning as text.
 * Inside code it stays. Each call looks at new text only.
 */
export interface ThinkFilter {
  /** The part of the answer that is sure by now; may be ''. */
  push(text: string): string;
  /** What was held back; call once, at the end. */
  end(): string;
  readonly thinking: boolean;
}

const OPEN = '<think>';
const CLOSE = '</think>';

export function createThinkFilter(): ThinkFilter {
  let thinking = false;
  /** The start of a tag that may yet become whole. */
  let held = '';
  /** Reasoning that is given back if its block never closes although the answer had begun before it. */
  let hidden: string[] = [];
  let started = false;
  let ticks = 0;

  /** Text of the answer: without white space before its first word, and with its backticks counted. */
  function show(text: string): string {
    for (let at = text.indexOf('`'); at >= 0; at = text.indexOf('`', at + 1)) ticks++;
    if (started) return text;
    const trimmed = text.trimStart();
    started = trimmed !== '';
    return trimmed;
  }

  return {
    get thinking() {
      return thinking;
    },
    push(text) {
      // The way of nearly every chunk: no tag is open and none can begin in it.
      if (!thinking && held === '' && !text.includes('<')) return show(text);
      let rest = held + text;
      held = '';
      let shown = '';
      for (;;) {
        const tag = thinking ? CLOSE : OPEN;
        const at = rest.indexOf(tag);
        if (at < 0) {
          const sure = rest.slice(0, rest.length - overlap(rest, tag));
          held = rest.slice(sure.length);
          if (thinking) hidden.push(sure);
          else shown += show(sure);
          return shown;
        }
        const before = rest.slice(0, at);
        rest = rest.slice(at + tag.length);
        if (thinking) {
          thinking = false;
          hidden = [];
        } else {
          shown += show(before);
          if (ticks % 2 === 1) shown += show(tag);
          else thinking = true;
        }
      }
    },
    end() {
      const rest = thinking ? (started ? [OPEN, ...hidden, held].join('') : '') : held;
      held = '';
      hidden = [];
      thinking = false;
      return rest;
    },
  };
}

/** How many characters at the end of `text` are the start of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
