/**
 * The answers that the model server streams. The question determines the answer, so the asker knows what must come.
 */

/** One stream that a subject asks for. */
export interface Question {
  /** The same seed gives the same text. */
  seed: number;
  chunks: number;
  /** Milliseconds between two chunks. */
  everyMs: number;
}

/**
 * Words of 2 to 8 characters with their space, 5 on average, as tokens have. Some are not ASCII or are escaped in
 * JSON.
 */
const WORDS =
  ' the, of, and, a, to, in, is, stream, model, chunk, answer, token, text,ing,ed, with, for, as, **bold**, `code`,.\n\n, it, that, café, größe, 日本語, "said", –, which, would, about, people, on,, when, server, reads'.split(
    ',',
  );

export function toPrompt(question: Question): string {
  return JSON.stringify(question);
}

/** The answer to what Parley asks by itself, such as for a summary. */
const ONE_WORD: Question = { seed: 0, chunks: 1, everyMs: 1 };

/** @param text may end with a line of Parley's: the time */
export function fromPrompt(text: string): Question {
  const [line = ''] = text.split('\n', 1);
  return line.startsWith('{') ? (JSON.parse(line) as Question) : ONE_WORD;
}

/** The chunks of the answer to a question. */
export function answerTo({ seed, chunks }: Question): string[] {
  let state = seed + 1;
  return Array.from({ length: chunks }, (_, index) => {
    // Clients trim white space before the first word.
    if (index === 0) return 'Well';
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // A linear congruential generator is random only in its high bits.
    return WORDS[(state >>> 8) % WORDS.length] || ',';
  });
}

/** @throws Error unless every question was answered in full */
export function checkAnswers(who: string, questions: Question[], texts: string[]): void {
  for (const [index, question] of questions.entries()) {
    if (texts[index] !== answerTo(question).join('')) {
      throw new Error(`${who} did not show the whole answer ${index} of ${questions.length}`);
    }
  }
}
