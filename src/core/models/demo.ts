/** The model that answers where no key is set: built in, without a network, honest about what it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model, ModelRequest } from './model.ts';

const WORD_MS = 18;
const MOST_QUOTED = 200;

export function createDemoModel(): Model {
  return {
    name: 'demo',
    async *stream(request, signal) {
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
  const count = asked.length;
  return `I am Parley's **built-in demo**. There is no language model behind me yet, so I can only show you how an answer arrives.

You wrote: \`${quoted}\`. That is message ${count} of this conversation, and I still have ${count === 1 ? 'it' : `all ${count}`} in front of me.

To talk to a real model, do one of these:

1. Open **Settings** in the side panel and save your **API key**, or
2. set \`OPENAI_API_KEY\` in the file \`.env\` and start Parley again:

\`\`\`sh
OPENAI_API_KEY=sk-…
# or an OpenAI-compatible server, such as Ollama
OPENAI_BASE_URL=http://localhost:11434/v1
OPENAI_MODEL=llama3.2
\`\`\`

Everything else is the real thing: the conversation is stored, *Stop* stops, and a reload brings you back here.`;
}
