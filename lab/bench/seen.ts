/** Computes how much of an answer was visible while the model wrote it. */

import { type Figures, mean } from './measures/scenario.ts';
import type { Written } from './models/paced-model.ts';

/** A message of an answer, with every text it had. */
export interface SeenMessage {
  id: string;
  /** Texts of the message, oldest first. Times are by `performance.now()`. */
  history: { at: number; text: string }[];
}

const SAMPLE_MS = 10;

/** Whether the last texts of these messages are the whole answer. */
export function isWhole(messages: SeenMessage[], written: Written | undefined): boolean {
  return (
    written !== undefined &&
    bare(messages.map(({ history }) => history.at(-1)?.text ?? '')) === bare([written.text])
  );
}

/** @param answers the messages of each, in their order, with what the model wrote */
export function figuresOf(answers: { messages: SeenMessage[]; written: Written | undefined }[]): Figures {
  const each = answers.map(({ messages, written }) => figuresOfOne(messages, written));
  return {
    firstText: mean(each.map(({ firstText }) => firstText)),
    staleness: mean(each.map(({ staleness }) => staleness)),
    whole: {
      mean: mean(each.map(({ whole }) => whole)),
      most: Math.max(...each.map(({ whole }) => whole)),
    },
  };
}

function figuresOfOne(messages: SeenMessage[], written: Written | undefined) {
  if (!written) throw new Error('an answer that nobody wrote');
  const events = messages
    .flatMap(({ id, history }) => history.map(({ at, text }) => ({ id, at, text })))
    .sort((a, b) => a.at - b.at);
  const texts = new Map(messages.map(({ id }) => [id, '']));
  /** Characters shown from that time on. */
  const steps: { at: number; characters: number; isWhole: boolean }[] = [];
  const whole = bare([written.text]);
  for (const { id, at, text } of events) {
    texts.set(id, text);
    const now = bare([...texts.values()]);
    steps.push({ at, characters: (now.length / whole.length) * written.text.length, isWhole: now === whole });
  }
  let unseen = 0;
  let samples = 0;
  let step = -1;
  for (let time = written.startedAt; time < written.endedAt; time += SAMPLE_MS) {
    while ((steps[step + 1]?.at ?? Number.POSITIVE_INFINITY) <= time) step++;
    unseen += Math.max(0, written.charactersAt(time) - (steps[step]?.characters ?? 0));
    samples++;
  }
  const wholeAt = steps.find((one) => one.isWhole)?.at ?? Number.NaN;
  const firstAt = steps.find(({ characters }) => characters > 0)?.at ?? Number.NaN;
  return {
    firstText: (firstAt - written.startedAt) / 1000,
    staleness: unseen / samples,
    whole: Math.max(0, wholeAt - written.endedAt) / 1000,
  };
}

/** Text without white space, since it is trimmed where one message ends and the next begins. */
function bare(texts: string[]): string {
  return texts.join('').replace(/\s+/g, '');
}
