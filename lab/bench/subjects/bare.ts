/** The baseline for streams: only `for await` over streams of the openai client that Parley uses. */
import OpenAI from 'openai';
import { type Question, toPrompt } from '../models/answers.ts';
import { createMeter } from './meter.ts';
import { serve } from './serve.ts';

type Request = { do: 'start' } | { do: 'round'; questions: Question[] } | { do: 'read' };

const client = new OpenAI({ apiKey: 'none', baseURL: process.argv[2] ?? '' });
const meter = createMeter();

async function ask(question: Question): Promise<string> {
  const stream = await client.chat.completions.create({
    model: 'bench',
    messages: [{ role: 'user', content: toPrompt(question) }],
    stream: true,
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

serve({}, async (message) => {
  const request = message as Request;
  if (request.do === 'round') return { texts: await Promise.all(request.questions.map(ask)) };
  if (request.do === 'start') meter.start();
  return meter.read();
});
