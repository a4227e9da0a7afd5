import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { StoreError, VaultError } from '../../src/core/errors.ts';
import { ModelError } from '../../src/core/models/model.ts';
import type { Transcriber } from '../../src/core/models/transcribe.ts';
import type { Transcripts } from '../../src/core/storage.ts';
import { createEngine } from '../../src/core/turn/engine.ts';
import { RESTART, SHUTDOWN } from '../../src/core/turn/queue.ts';
import { ownerOf } from '../../src/core/turn/queue-with-files.ts';
import type { Chunk, End, Turn } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { anybodyOn, attemptOf, keepIn, messageOf, turnOf } from '../fixtures.ts';
import { hangingAfter, saying, scriptedModel, stoppedAfter } from './scripted-model.ts';

type Scripted = ReturnType<typeof scriptedModel>;

function setUp(
  scripted: Pick<Scripted, 'models'>,
  change: (transcripts: Transcripts) => Transcripts = (same) => same,
) {
  const store = createKeyvStore(new Keyv());
  const transcripts = change(createTranscripts(store));
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const attachments = createAttachments(store);
  const engine = createEngine({
    transcripts,
    attachments,
    models: scripted.models,
    ...anybodyOn(store),
    log,
    budgetTokens: 10_000,
  });
  const keep = (turn: Turn) => keepIn(store)(turn.message.conversation, turn);
  return { engine, transcripts, attachments, lines, keep };
}

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const read: Chunk[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return read;
}

const never = new AbortController().signal;
const message = messageOf('1', 'hello');

async function respond(set: ReturnType<typeof setUp>, signal = never) {
  await set.transcripts.append(message.conversation, turnOf('1', {}, 'hello'));
  const chunks = await all(set.engine.respond(message, attemptOf(set.keep, { signal })));
  return { chunks, turn: await set.transcripts.find(message.conversation, '1') };
}

const failed = { type: 'end', end: 'error', model: 'scripted' };

describe('engine', () => {
  it('yields what the model says, then one end, and keeps the turn before that end', async () => {
    const set = setUp(scriptedModel(() => saying('Hel', 'lo')));
    await set.transcripts.append(message.conversation, turnOf('1', {}, 'hello'));
    const read: Chunk[] = [];
    for await (const chunk of set.engine.respond(message, attemptOf(set.keep))) {
      if (chunk.type === 'end') {
        expect(await set.transcripts.find(message.conversation, '1')).toMatchObject({
          answer: 'Hello',
          end: 'stop',
        });
      }
      read.push(chunk);
    }
    expect(read).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'end', end: 'stop', model: 'scripted' },
    ]);
    expect(await set.transcripts.find(message.conversation, '1')).toMatchObject({
      model: 'scripted',
      usage: { input: 10, output: 5 },
    });
  });

  it('keeps what the model thought beside the answer, of a model in a loop no more than 50,000 characters', async () => {
    const set = setUp(
      scriptedModel(function* () {
        for (let i = 0; i < 60; i++) yield { type: 'thought', text: 'hm '.repeat(1_000) };
        yield* saying('Hello');
      }),
    );
    const { chunks, turn } = await respond(set);
    expect(chunks).toEqual([
      { type: 'text', text: 'Hello' },
      { type: 'end', end: 'stop', model: 'scripted', hasThoughts: true },
    ]);
    expect(turn).toMatchObject({ answer: 'Hello', thoughts: 'hm '.repeat(20_000).slice(0, 50_000).trim() });
  });

  it('keeps nothing as the answer that the model takes back as thoughts', async () => {
    const set = setUp(
      scriptedModel(function* () {
        yield { type: 'text', text: 'Let me see.' };
        yield { type: 'retract' };
        yield { type: 'thought', text: 'Let me see.' };
        yield* saying('42');
      }),
    );
    const { chunks, turn } = await respond(set);
    expect(chunks).toEqual([
      { type: 'text', text: 'Let me see.' },
      { type: 'retract' },
      { type: 'text', text: '42' },
      { type: 'end', end: 'stop', model: 'scripted', hasThoughts: true },
    ]);
    expect(turn).toMatchObject({ answer: '42', thoughts: 'Let me see.' });
  });

  it.each<[number, End, string]>([
    [1, 'stop', '“scripted” did not take your picture, so it answered without seeing it.'],
    [
      2,
      'length',
      '“scripted” did not take your pictures, so it answered without seeing them. The answer reached',
    ],
  ])('says that %i pictures were not seen', async (unseenImages, end, notice) => {
    const set = setUp(
      scriptedModel(function* () {
        yield { type: 'text', text: 'A cat?' };
        yield { type: 'end', end, unseenImages };
      }),
    );
    const { chunks, turn } = await respond(set);
    expect(chunks.at(-1)).toMatchObject({ end, notice: expect.stringContaining(notice) });
    expect(turn?.notice).toContain(notice);
  });

  it('keeps the partial text of a stopped turn', async () => {
    const stop = new AbortController();
    const set = setUp(scriptedModel(() => stoppedAfter(() => stop.abort(), 'so ', 'far')));
    const { chunks, turn } = await respond(set, stop.signal);
    expect(chunks.at(-1)).toEqual({ type: 'end', end: 'stopped', model: 'scripted', notice: 'Stopped.' });
    expect(turn).toMatchObject({ answer: 'so far', end: 'stopped' });
  });

  it('asks no model for a turn that was stopped while it waited', async () => {
    const scripted = scriptedModel(() => saying('never'));
    const { turn } = await respond(setUp(scripted), AbortSignal.abort());
    expect(scripted.requests).toHaveLength(0);
    expect(turn).toMatchObject({ answer: '', end: 'stopped' });
  });

  it('keeps nothing of an answer that a shutdown cut, which is answered again', async () => {
    const stop = new AbortController();
    const set = setUp(scriptedModel(() => stoppedAfter(() => stop.abort(SHUTDOWN), 'so far')));
    const { chunks, turn } = await respond(set, stop.signal);
    const notice = expect.stringMatching(/Parley is being restarted/);
    expect(chunks.at(-1)).toEqual({ type: 'end', model: 'scripted', end: 'interrupted', notice });
    expect(turn).toMatchObject({ answer: '', end: null });
  });

  it('ends with a sentence when the model fails, and says a failure after text is an interruption', async () => {
    const failing = setUp(
      scriptedModel(function* () {
        yield { type: 'text', text: 'half' };
        yield { type: 'end', end: 'error', failure: { kind: 'server' } };
      }),
    );
    expect((await respond(failing)).turn).toMatchObject({ answer: 'half', end: 'interrupted' });
    const silent = setUp(
      scriptedModel(function* () {
        yield { type: 'end', end: 'error', failure: { kind: 'key', status: 401 } };
      }),
    );
    const { chunks } = await respond(silent);
    expect(chunks).toEqual([{ ...failed, notice: expect.stringMatching(/model.example.*Ask an admin/) }]);
  });

  it('answers a model that throws with a sentence and logs where, never what', async () => {
    const set = setUp(
      scriptedModel(() => {
        throw new Error('sk-canary in an exception');
      }),
    );
    const { chunks } = await respond(set);
    expect(chunks).toEqual([{ ...failed, notice: expect.stringMatching(/mistake/) }]);
    expect(set.lines.some((line) => line.msg === 'turn failed')).toBe(true);
    expect(JSON.stringify(set.lines)).not.toContain('canary');
  });

  it('does not ask the model when history cannot be read', async () => {
    const scripted = scriptedModel(() => saying('never'));
    const set = setUp(scripted, (transcripts) => ({
      ...transcripts,
      read: () => Promise.reject(new StoreError('down')),
    }));
    const { chunks, turn } = await respond(set);
    expect(scripted.requests).toHaveLength(0);
    expect(chunks).toEqual([{ ...failed, notice: expect.stringMatching(/cannot reach its store/) }]);
    expect(turn).toMatchObject({ end: 'error' });
  });

  it('says so when an answer could not be kept', async () => {
    const set = setUp(scriptedModel(() => saying('text')));
    const { chunks } = await respond({ ...set, keep: () => Promise.reject(new StoreError('full')) });
    expect(chunks.at(-1)).toMatchObject({
      type: 'end',
      notice: expect.stringMatching(/not stored yet/),
    });
  });

  it('waits a moment for a store that fails before the model is asked', async () => {
    let reads = 0;
    const set = setUp(
      scriptedModel(() => saying('text')),
      (transcripts) => ({
        ...transcripts,
        read: (...args) =>
          ++reads === 1 ? Promise.reject(new StoreError('away')) : transcripts.read(...args),
      }),
    );
    const { chunks } = await respond(set);
    expect(chunks.at(-1)).toEqual({ type: 'end', end: 'stop', model: 'scripted' });
  });

  it('says that a stored key cannot be opened, and takes no other key instead', async () => {
    const scripted = scriptedModel(() => saying('never'));
    const models = { ...scripted.models, choose: () => Promise.reject(new VaultError('lost')) };
    const { chunks } = await respond(setUp({ models }));
    expect(scripted.requests).toHaveLength(0);
    expect(chunks).toEqual([
      { type: 'end', end: 'error', notice: expect.stringMatching(/cannot be opened.*Ask an admin/) },
    ]);
  });

  it('keeps what came when whoever shows the answer leaves in the middle', async () => {
    const set = setUp(scriptedModel((_, signal) => hangingAfter(signal, 'so far')));
    await set.transcripts.append(message.conversation, turnOf('1', {}, 'hello'));
    for await (const { type } of set.engine.respond(message, attemptOf(set.keep))) if (type === 'text') break;
    expect(await set.transcripts.find(message.conversation, '1')).toMatchObject({
      answer: 'so far',
      end: 'interrupted',
    });
  });

  it('leaves the answer that was there when a second attempt brings nothing', async () => {
    const scripted = scriptedModel(function* () {
      yield { type: 'end', end: 'error', failure: { kind: 'key', status: 401 } };
    });
    const set = setUp(scripted);
    const answered = turnOf('1', { answer: 'a good answer', end: 'stop' }, 'hello');
    await set.transcripts.append(message.conversation, answered);
    expect(await all(set.engine.respond(message, attemptOf(set.keep)))).toMatchObject([
      { type: 'end', end: 'error' },
    ]);
    expect(await set.transcripts.find(message.conversation, '1')).toMatchObject({
      answer: 'a good answer',
      end: 'stop',
      notice: expect.stringMatching(/API key/),
    });
  });

  it('ends an answer that would go on for ever', async () => {
    const set = setUp(
      scriptedModel(function* () {
        for (;;) yield { type: 'text', text: 'x'.repeat(10_000) };
      }),
    );
    const { turn } = await respond(set);
    expect(turn).toMatchObject({ end: 'length' });
    expect(turn?.answer.length).toBeLessThan(1_100_000);
  });

  it('keeps a turn in a store that was down for a moment', async () => {
    let failures = 2;
    const set = setUp(scriptedModel(() => saying('text')));
    const { chunks, turn } = await respond({
      ...set,
      keep: (one) => (failures-- > 0 ? Promise.reject(new StoreError('busy')) : set.keep(one)),
    });
    expect(chunks.at(-1)).toEqual({ type: 'end', end: 'stop', model: 'scripted' });
    expect(turn).toMatchObject({ answer: 'text', end: 'stop' });
  });

  it('logs one line a turn, without texts', async () => {
    const set = setUp(scriptedModel(() => saying('canary-answer')));
    await set.transcripts.append(message.conversation, turnOf('1', {}, 'canary-question'));
    await all(set.engine.respond(messageOf('1', 'canary-question'), attemptOf(set.keep)));
    expect(set.lines).toHaveLength(1);
    expect(set.lines[0]).toMatchObject({ msg: 'turn', turn: '1', end: 'stop', chunks: 1, model: 'scripted' });
    expect(set.lines[0]).toHaveProperty('ms');
    expect(set.lines[0]).toHaveProperty('firstChunkMs');
    expect(JSON.stringify(set.lines)).not.toContain('canary');
  });

  it('sends the earlier turns along, without those that were refused or too long', async () => {
    const scripted = scriptedModel(() => saying('third'));
    const set = setUp(scripted);
    const conversation = message.conversation;
    const earlier = [
      turnOf('failed', { answer: '', end: 'error' }),
      turnOf('a', { answer: 'first', end: 'stop' }),
      turnOf('b', { end: 'refused', omit: true }),
      turnOf('c', { answer: 'sec', end: 'interrupted' }),
      turnOf('d', { end: null }),
    ];
    for (const turn of earlier) await set.transcripts.append(conversation, turn);
    await respond(set);
    expect(scripted.requests[0]?.messages).toEqual([
      { role: 'user', text: 'text a' },
      { role: 'assistant', text: 'first' },
      { role: 'user', text: 'text c' },
      { role: 'assistant', text: 'sec' },
      { role: 'user', text: 'hello' },
    ]);
  });

  it('shows images and text files to the model, as data', async () => {
    const scripted = scriptedModel(() => saying('seen'));
    const set = setUp(scripted);
    const image = { id: 'i', name: 'cat.png', type: 'image/png', size: 3 };
    const text = { id: 't', name: 'a "b".md', type: 'text/plain', size: 3 };
    await set.attachments.put(message.conversation, image, Buffer.from('png'));
    await set.attachments.put(message.conversation, text, Buffer.from('```\nhi\n```'));
    const withFiles = messageOf('1', 'look', {
      attachments: [image, text, { ...text, id: 'gone', name: 'gone.txt' }],
    });
    await set.transcripts.append(message.conversation, { message: withFiles, answer: '', end: null });
    await all(set.engine.respond(withFiles, attemptOf(set.keep)));
    const [sent] = scripted.requests[0]?.messages ?? [];
    expect(sent?.images).toEqual([
      { name: 'cat.png', type: 'image/png', base64: Buffer.from('png').toString('base64') },
    ]);
    expect(sent?.text).toBe(
      'look\n\nFile "a \\"b\\".md":\n````\n```\nhi\n```\n````\n\n[file no longer shown to you: "gone.txt"]',
    );
  });
});

describe('a message that is answered anew', () => {
  it('ends the attempt before without a notice, and leaves no trace of it', async () => {
    const stop = new AbortController();
    const set = setUp(scriptedModel(() => stoppedAfter(() => stop.abort(RESTART), 'so ', 'far')));
    const { chunks, turn } = await respond(set, stop.signal);
    expect(chunks.at(-1)).toEqual({ type: 'end', end: 'interrupted', model: 'scripted' });
    expect(turn).toMatchObject({ answer: '', end: null });
  });
});

describe('where no key is set', () => {
  it('the answer is a sentence that tells how to set one, and nothing in the log is an error', async () => {
    const scripted = scriptedModel(() => saying('never'));
    const models = {
      ...scripted.models,
      choose: () => Promise.reject(new ModelError({ kind: 'no-key' })),
    };
    const set = setUp({ models });
    const { chunks, turn } = await respond(set);
    const notice = 'No API key is set here yet. Ask an admin to set one with `/key set`.';
    expect(chunks).toEqual([{ type: 'end', end: 'error', notice }]);
    expect(turn).toMatchObject({ answer: '', end: 'error', notice });
    expect(set.lines).toMatchObject([{ msg: 'turn', failure: 'no-key' }]);
  });
});

describe('a voice message', () => {
  const audio = { id: 'v', name: 'voice-message.ogg', type: 'audio/ogg', size: 4 };
  const voice = messageOf('1', '', { author: { id: 'ada', name: 'Ada' }, attachments: [audio] });

  async function hear(transcribe: Transcriber['transcribe'] | undefined, message = voice, signal = never) {
    const scripted = scriptedModel(() => saying('heard'));
    const models: typeof scripted.models = {
      ...scripted.models,
      choose: async (tenant) => ({
        ...(await scripted.models.choose(tenant)),
        ...(transcribe && { transcriber: { model: 'scribe', transcribe } }),
      }),
    };
    const set = setUp({ models });
    await set.attachments.put(voice.conversation, audio, Buffer.from('oggs'));
    await set.attachments.claim(voice.conversation, [audio.id], ownerOf(voice));
    await set.transcripts.append(voice.conversation, { message, answer: '', end: null });
    const chunks = await all(set.engine.respond(message, attemptOf(set.keep, { signal })));
    return {
      ...set,
      chunks,
      requests: scripted.requests,
      turn: await set.transcripts.find(voice.conversation, '1'),
      file: await set.attachments.get(voice.conversation, audio.id),
    };
  }

  it('is written down before the model is asked, kept as text, and its audio is removed', async () => {
    const { requests, turn, file, chunks } = await hear(async ({ type, bytes }) => {
      expect([type, Buffer.from(bytes).toString()]).toEqual(['audio/ogg', 'oggs']);
      return 'Where is the cat?';
    });
    expect(requests[0]?.messages).toEqual([{ role: 'user', text: '"Ada": Where is the cat?' }]);
    expect(turn).toMatchObject({ message: { text: 'Where is the cat?', attachments: [] }, answer: 'heard' });
    expect(file).toBeUndefined();
    expect(chunks[0]).toEqual({ type: 'status', status: 'thinking' });
  });

  it('goes behind what was typed with it, and leaves other files', async () => {
    const note = { id: 'n', name: 'n.txt', type: 'text/plain', size: 1 };
    const { turn } = await hear(async () => 'and said', {
      ...voice,
      text: 'typed',
      attachments: [note, audio],
    });
    expect(turn?.message).toMatchObject({ text: 'typed\n\nand said', attachments: [note] });
  });

  it('that cannot be written down is said to be one, is logged by kind alone, and can be tried again', async () => {
    const { requests, turn, file, lines } = await hear(async () => {
      throw new ModelError({ kind: 'server', status: 500 });
    });
    expect(requests[0]?.messages).toEqual([
      { role: 'user', text: '"Ada":\n\n[a voice message that could not be written down]' },
    ]);
    expect(turn).toMatchObject({ message: { text: '', attachments: [audio] }, answer: 'heard' });
    expect(file).toBeDefined();
    expect(lines[0]).toMatchObject({ msg: 'voice message not written down', failure: 'server', status: 500 });
  });

  it('is said to be one where there is nothing that could write it down', async () => {
    const { requests } = await hear(undefined);
    expect(requests[0]?.messages[0]?.text).toContain('[a voice message that could not be written down]');
  });

  it('is stopped together with its turn', async () => {
    const stop = new AbortController();
    const { chunks, requests, lines } = await hear(
      (_audio, _meter, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new ModelError({ kind: 'late' })));
          stop.abort();
        }),
      voice,
      stop.signal,
    );
    expect(requests).toHaveLength(1);
    expect(chunks.at(-1)).toMatchObject({ type: 'end' });
    expect(lines).toHaveLength(1);
  });
});
