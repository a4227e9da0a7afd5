/** The model that answers where no key is set: built in, without a network, honest about what it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { en } from '../sentences/en.ts';
import type { Model, ModelRequest } from './model.ts';

const WORD_MS = 18;
const MOST_QUOTED = 200;

export function createDemoModel(): Model {
  return {
    name: 'demo',
    async *stream(request, _meter, signal) {
      const words = answer(request).split(/(?<=\S)(?=\s)/);
      for (const text of words) {
        if (!(await pause(signal))) {
          yield { type: 'end', end: 'stopped' };
          return;
        }
        yield { type: 'text', text };
      }
      yield { type: 'end', end: 'stop' };
    },
  };
}

async function pause(signal: AbortSignal): Promise<boolean> {
  await sleep(WORD_MS, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

function answer({ messages }: ModelRequest): string {
  const asked = messages.filter(({ role }) => role === 'user');
  const question = (asked.at(-1)?.text ?? '').replace(/[`\s]+/g, ' ').trim();
  const quoted =
    question.length > MOST_QUOTED ? `${question.slice(0, MOST_QUOTED).toWellFormed()}…` : question;
  return en.demo.answer(quoted, asked.length);
}
