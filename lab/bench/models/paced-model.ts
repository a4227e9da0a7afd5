/** A Chat Completions server in the measuring process, so that process knows exactly what was sent and when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scenario } from '../measures/scenario.ts';

/** One answer as the model wrote it, with its timing. */
export interface Written {
  text: string;
  startedAt: number;
  endedAt: number;
  /** Characters sent at that time (`performance.now()`). */
  charactersAt(time: number): number;
}

export interface PacedModel {
  /** The base URL with `/v1`. */
  url: string;
  /** Written answers, by the number in the question. */
  readonly written: ReadonlyMap<number, Written>;
  /** Answers questions by this scenario from now on, and forgets earlier answers. */
  begin(scenario: Scenario): void;
  stop(): Promise<void>;
}

/** Characters of a token. */
const CHUNK = 4;

export async function startPacedModel(): Promise<PacedModel> {
  const answers = new Map<number, Written>();
  let scenario: Scenario | undefined;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const question = Number(/#(\d+)\D*$/.exec(body)?.[1]);
    if (!scenario || Number.isNaN(question)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const { characters, perSecond } = scenario;
    const text = textOf(question, characters);
    const startedAt = performance.now();
    let sent = 0;
    const send = () => {
      const due = ((performance.now() - startedAt) / 1000) * perSecond + CHUNK;
      for (; sent < Math.min(due, text.length); sent += CHUNK)
        response.write(event({ content: text.slice(sent, sent + CHUNK) }, null));
      if (sent < text.length) setTimeout(send, 4);
      else {
        written.endedAt = performance.now();
        response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
      }
    };
    const written: Written = {
      text,
      startedAt,
      endedAt: Number.NaN,
      charactersAt: (time) => Math.max(0, Math.min(text.length, ((time - startedAt) / 1000) * perSecond)),
    };
    answers.set(question, written);
    send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    written: answers,
    begin(next) {
      scenario = next;
      answers.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sentences and paragraphs of words that each occur once. */
function textOf(question: number, characters: number): string {
  let text = '';
  for (let word = 1; text.length < characters; word++) {
    text += `w${question}x${word}`;
    text += word % 90 === 0 ? '.\n\n' : word % 15 === 0 ? '. ' : ' ';
  }
  return `${text.slice(0, characters - 1).trimEnd()}.`;
}

function event(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices })}\n\n`;
}
