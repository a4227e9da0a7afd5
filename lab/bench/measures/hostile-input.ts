/**
 * Measures how long the worst accepted request bodies block the event loop. It is an upper bound, since client and
 * server share the loop.
 */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startParley } from '../../../tests/harness/web.ts';
import { median } from '../median.ts';

export interface HostileInput {
  name: string;
  status: number;
  /** Longest block of the event loop, ms; median of the rounds. */
  blockedMs: number;
}

const ROUNDS = 5;
const SETTLE_MS = 40;

export async function measureHostileInput(): Promise<HostileInput[]> {
  await using parley = await startParley();
  const browser = parley.browser();
  const id = await browser.newConversation();
  const send = async (body: string) =>
    (
      await browser.fetch(`/api/conversations/${id}/messages`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
    ).status;

  const measured: HostileInput[] = [];
  for (const [name, body] of Object.entries(bodies())) {
    const rounds: number[] = [];
    let status = await send(body);
    for (let round = 0; round < ROUNDS; round++) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      status = await send(body);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      delay.disable();
      rounds.push(delay.max / 1e6);
    }
    measured.push({ name, status, blockedMs: median(rounds) });
  }
  return measured;
}

function bodies(): Record<string, string> {
  const message = (text: string) => JSON.stringify({ id: randomUUID(), text, attachments: [] });
  return {
    'arrays nested as deep as fits': '['.repeat(256 * 1024),
    'as many keys as fit': `{${Array.from({ length: 22_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
    'a message of 1 MB': message('x'.repeat(2 ** 20)),
    'escaped control characters': message('\u0000'.repeat(40_000)),
    backticks: message('`'.repeat(63_000)),
    'combining marks': message('a\u0300'.repeat(31_000)),
    'quote marks': message('> '.repeat(31_000)),
    'open brackets': message('['.repeat(63_000)),
  };
}
