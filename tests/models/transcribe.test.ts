import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  CANARY,
  fails,
  hangs,
  redirects,
  replies,
  repliesJson,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { ModelError, UNMETERED } from '../../src/core/models/model.ts';
import { transcriberAt } from '../../src/core/models/transcribe.ts';
import { KEY } from './ask.ts';

const never = new AbortController().signal;
const AUDIO = { type: 'audio/ogg', bytes: Buffer.from('OggS and so on') };

afterEach(() => {
  vi.restoreAllMocks();
});

async function failing(behaviour: Behaviour, signal = never, bytes: Uint8Array = AUDIO.bytes) {
  await using server = await startModelServer();
  server.respond(behaviour);
  const { transcribe } = transcriberAt({ baseUrl: server.url, key: KEY }, 'scribe');
  const failed: unknown = await transcribe({ ...AUDIO, bytes }, UNMETERED, signal).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(ModelError);
  expect(JSON.stringify(failed) + String(failed)).not.toContain(CANARY);
  return { failed, requests: server.requests };
}

describe('a voice message', () => {
  it('goes to the provider of the tenant with its key and the model for it, as a file named for its kind', async () => {
    await using server = await startModelServer();
    server.respond(repliesJson(200, { text: ' Where is the cat? \n' }));
    const { transcribe } = transcriberAt({ baseUrl: server.url, key: KEY }, 'scribe');
    expect(await transcribe(AUDIO, UNMETERED, never)).toBe('Where is the cat?');
    expect(await transcribe({ ...AUDIO, type: 'audio/mp4' }, UNMETERED, never)).toBe('Where is the cat?');
    const [first, second] = server.requests;
    expect(first?.path).toBe('/v1/audio/transcriptions');
    expect(first?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(first?.sent).toMatch(/name="model"\r\n\r\nscribe\r\n/);
    expect(first?.sent).toMatch(
      /filename="voice\.ogg"\r\ncontent-type: audio\/ogg\r\n\r\nOggS and so on\r\n/i,
    );
    expect(second?.sent).toMatch(/filename="voice\.m4a"/);
  });

  it.each<[string, Behaviour, string]>([
    ['a key that is not accepted', fails(401), 'key'],
    ['a server without such an address', fails(404), 'not-found'],
    ['a format that is not taken', fails(400), 'request'],
    ['a provider that fails', fails(500), 'server'],
    ['a web page', replies(200, 'text/html', `<h1>${CANARY}</h1>`), 'not-an-api'],
    ['another answer', repliesJson(200, { words: [CANARY] }), 'not-an-api'],
    ['silence', repliesJson(200, { text: ' ' }), 'empty'],
    ['a redirect', redirects('http://127.0.0.1:1/'), 'not-an-api'],
  ])('that meets %s is a failure, asked for once', async (_, behaviour, kind) => {
    const { failed, requests } = await failing(behaviour);
    expect(failed).toMatchObject({ failure: { kind } });
    expect(requests).toHaveLength(1);
  });

  it('that is larger than providers take is not sent', async () => {
    const { failed, requests } = await failing(fails(500), never, Buffer.alloc(25 * 2 ** 20 + 1));
    expect(failed).toMatchObject({ failure: { kind: 'request' } });
    expect(requests).toHaveLength(0);
  });

  it('is no longer waited for when time is up, or its turn is stopped', async () => {
    const stop = new AbortController();
    const stops: Behaviour = (exchange) => {
      stop.abort();
      return hangs(exchange);
    };
    expect((await failing(stops, stop.signal)).failed).toMatchObject({ failure: { kind: 'late' } });
    const time = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    const late = await failing((exchange) => {
      time.abort(new DOMException('late', 'TimeoutError'));
      return hangs(exchange);
    });
    expect(late.failed).toMatchObject({ failure: { kind: 'late' } });
    expect(await late.requests[0]?.closed).toBe('gone');
  });

  it('of which a server writes down no end is cut', async () => {
    await using server = await startModelServer();
    server.respond(repliesJson(200, { text: 'x'.repeat(1_000_000) }));
    const text = await transcriberAt({ baseUrl: server.url }, 'scribe').transcribe(AUDIO, UNMETERED, never);
    expect(text.length).toBeLessThanOrEqual(100_000);
  });
});
