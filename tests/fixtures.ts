/** Messages and turns for tests, with everything a test does not care about filled in. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, Turn } from '../src/core/types.ts';

export function messageOf(id: string, text = `text ${id}`, rest: Partial<Message> = {}): Message {
  return {
    id,
    conversation: 'test:space:channel',
    lane: 'test:space:channel',
    tenant: 'test:space',
    author: { id: 'ada', name: '' },
    text,
    attachments: [],
    at: 1_700_000_000_000,
    ...rest,
  };
}

export function turnOf(id: string, rest: Partial<Turn> = {}, text = `text ${id}`): Turn {
  return { message: messageOf(id, text), answer: '', end: null, ...rest };
}

/** An empty folder of this test's own. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'parley-test-'));
}
