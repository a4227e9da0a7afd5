/** The English answer of the built-in demo. */
import { plural } from './plural.ts';

/** @param quoted the question, cut; @param count messages of the conversation so far */
export const answer = (quoted: string, count: number) =>
  `I am Parley's **built-in demo**. There is no language model behind me yet, so I can only show you how an answer arrives.

You wrote: \`${quoted}\`. That is message ${count} of this conversation, and I still have ${plural(count, { one: 'it', other: `all ${count}` })} in front of me.

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
