/** Decides when an answer has enough text for its first message: a sentence, or what came in a moment. */
export interface FirstText {
  append(text: string): void;
  stop(): void;
}

/** Wait from the first text, ms. */
const MOMENT_MS = 200;
/** Characters that are enough, sentence or not. */
const ENOUGH = 120;
/** A text with fewer characters is hardly a sentence, but a list's number or an abbreviation. */
const SHORT = 16;
const SENTENCE = /[.!?…:]\s|\n|[。！？]/;

/** @param onEnough called once */
export function createFirstText(onEnough: () => void): FirstText {
  let head = '';
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function stop(): void {
    isOver = true;
    clearTimeout(timer);
  }

  function enough(): void {
    stop();
    onEnough();
  }

  return {
    append(text) {
      if (isOver) return;
      head = (head + text).trimStart();
      if (head === '') return;
      timer ??= setTimeout(enough, MOMENT_MS);
      if (head.length >= ENOUGH || (head.length >= SHORT && SENTENCE.test(head))) enough();
    },
    stop,
  };
}
