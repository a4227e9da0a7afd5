/** The output of the filter in think.ts: text of the answer, reasoning, and retractions. */
import { createCodeWatch } from '../wire/in-code.ts';

export type ThinkPiece = { type: 'text' | 'thought'; text: string } | { type: 'retract' };

export interface ThinkOutput {
  /** Adds text of the answer, without white space before its first word. */
  say(text: string): void;
  /** Adds reasoning. */
  think(text: string): void;
  /** Reads a lone closing tag: text before it was reasoning, if an answer follows. @returns false where the tag is plain text */
  takeLoneEnd(): boolean;
  /** A block was closed, so a further closing tag is not a lone one. */
  close(): void;
  /** The last character of the answer so far. */
  lastCharacter(): string;
  isVisible(): boolean;
  isInCode(): boolean;
  /** Whether text was shown that a lone closing tag has made doubtful. */
  isDoubtful(): boolean;
  /** Whether a lone closing tag showed that the text began inside a block. */
  wasTakenBack(): boolean;
  /** Returns the pieces since the last call. */
  taken(): ThinkPiece[];
}

/** @param isSentApart whether the server also sends reasoning apart from the text */
export function createThinkOutput(isSentApart: () => boolean): ThinkOutput {
  /** The answer so far. */
  let shown: string[] = [];
  let isVisible = false;
  let code = createCodeWatch();
  let isClosed = false;
  /** Text shown before a lone closing tag. It is taken back when the answer's text follows. */
  let doubtful: string[] | undefined;
  let wasTakenBack = false;
  let hasThought = false;
  let pieces: ThinkPiece[] = [];

  function add(type: 'text' | 'thought', text: string): void {
    if (text === '') return;
    const last = pieces.at(-1);
    if (last?.type === type) last.text += text;
    else pieces.push({ type, text });
  }

  function think(text: string): void {
    const thought = text.trim();
    if (thought === '') return;
    add('thought', hasThought ? `\n\n${thought}` : thought);
    hasThought = true;
  }

  return {
    think,
    say(text) {
      const said = isVisible ? text : text.trimStart();
      if (said === '') return;
      isVisible = true;
      if (doubtful) {
        if (doubtful.length > 0) pieces.push({ type: 'retract' });
        think(doubtful.join(''));
        doubtful = undefined;
        wasTakenBack = true;
      }
      code.push(said);
      shown.push(said);
      add('text', said);
    },
    takeLoneEnd() {
      if (isClosed) return !isVisible;
      if (isVisible && isSentApart()) return false;
      isClosed = true;
      doubtful = shown;
      shown = [];
      isVisible = false;
      code = createCodeWatch();
      return true;
    },
    close() {
      isClosed = true;
    },
    lastCharacter: () => shown.at(-1)?.at(-1) ?? '',
    isVisible: () => isVisible,
    isInCode: () => code.isInside(),
    isDoubtful: () => doubtful !== undefined,
    wasTakenBack: () => wasTakenBack,
    taken() {
      const taken = pieces;
      pieces = [];
      return taken;
    },
  };
}
