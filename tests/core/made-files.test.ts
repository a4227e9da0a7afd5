/** Files that an answer's tools made: kept as long as their turn, and no longer. */
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createForgetting } from '../../src/core/forgetting/forget.ts';
import type { HostedFile } from '../../src/core/models/tool.ts';
import { createEngine } from '../../src/core/turn/engine.ts';
import { RESTART } from '../../src/core/turn/queue.ts';
import { contentOf, createMadeFiles } from '../../src/core/turn/tools/made-files.ts';
import type { Chunk, Turn } from '../../src/core/types.ts';
import { createBooks } from '../../src/store/books/books.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import { createForgottenMarks } from '../../src/store/tables/forgotten-marks.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { anybodyOn, attemptOf, keepIn, messageOf, queueOn, turnOf } from '../fixtures.ts';
import { saying, scriptedModel } from './scripted-model.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const message = messageOf('1', 'draw a cat');
const { conversation } = message;

const hosted = (bytes: Buffer, rest: Partial<HostedFile> = {}): { type: 'file'; file: HostedFile } => ({
  type: 'file',
  file: { call: 'ig_1', name: 'cat.png', type: 'image/png', base64: bytes.toString('base64'), ...rest },
});

const drawing = (...files: { type: 'file'; file: HostedFile }[]) =>
  scriptedModel(function* () {
    yield* files;
    yield { type: 'end', end: 'stop' };
  });

function setUp(scripted: ReturnType<typeof scriptedModel>) {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const log = pino({ level: 'silent' });
  const { models } = scripted;
  const engine = createEngine({
    transcripts,
    attachments,
    models,
    ...anybodyOn(store),
    log,
    budgetTokens: 10_000,
  });
  const keep = (turn: Turn) => keepIn(store)(conversation, turn);
  const bytesOf = async (id: string | undefined) =>
    id === undefined ? undefined : (await attachments.get(conversation, id))?.bytes;
  const fileRows = async () => [...(await store.keys('file|')), ...(await store.keys('kept|'))];
  return { store, transcripts, attachments, engine, keep, bytesOf, fileRows };
}

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const read: Chunk[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return read;
}

describe('a made file', () => {
  it('is shown before the end, and kept with its turn, whose answer may be that picture alone', async () => {
    const set = setUp(drawing(hosted(PNG, { prompt: 'A cat on a mat' })));
    await set.transcripts.append(conversation, turnOf('1'));
    const chunks = await all(set.engine.respond(message, attemptOf(set.keep)));
    const turn = await set.transcripts.find(conversation, '1');
    const [file] = turn?.files ?? [];
    expect(file).toMatchObject({
      name: 'cat.png',
      type: 'image/png',
      size: PNG.length,
      alt: 'A cat on a mat',
    });
    expect(chunks).toEqual([
      { type: 'file', file },
      { type: 'end', end: 'stop', model: 'scripted' },
    ]);
    expect(await set.bytesOf(file?.id)).toEqual(PNG);
    expect(turn).toMatchObject({ answer: '', end: 'stop' });
  });

  it.each([
    ['cat.svg', PNG, 'cat.png', 'image/png'],
    ['../../etc/passwd', Buffer.from('root'), 'etc passwd', 'text/plain'],
    ['.bashrc', Buffer.from('alias'), 'bashrc', 'text/plain'],
    ['cat\u202egnp.exe', Buffer.from('MZ\0\0'), 'catgnp.exe', 'application/octet-stream'],
    ['picture.png', Buffer.from('<svg onload="alert(1)"/>'), 'picture.png', 'text/plain'],
  ])('called %j is told by its bytes', async (name, bytes, shown, type) => {
    const set = setUp(drawing());
    const made = createMadeFiles(set.attachments, message);
    const kept = await made.keep({ name, type: 'image/svg+xml', bytes, alt: '' });
    expect(kept).toMatchObject({ file: { name: shown, type } });
  });

  it('that is empty, too large or the eleventh is not kept, and the model reads why', async () => {
    const set = setUp(drawing());
    const made = createMadeFiles(set.attachments, message);
    const keep = (bytes: Buffer) => made.keep({ name: 'a.txt', type: 'text/plain', bytes, alt: 'a' });
    expect(await keep(Buffer.alloc(0))).toEqual({ refused: expect.stringContaining('it is empty') });
    expect(await keep(Buffer.alloc(8 * 2 ** 20 + 1))).toEqual({ refused: expect.stringContaining('8 MB') });
    for (let i = 0; i < 10; i++) expect(await keep(Buffer.from('a'))).toHaveProperty('file');
    expect(await keep(Buffer.from('a'))).toEqual({ refused: expect.stringContaining('ten files') });
    expect(made.list()).toHaveLength(10);
  });

  it('whose base64 is none is left out', () => {
    const { file } = hosted(PNG);
    expect(contentOf(file)?.bytes).toEqual(PNG);
    for (const base64 of ['', '=', '!!!!', 'iVBORw0KGgo*', 'data:image/png;base64,iVBORw0KGgo='])
      expect(contentOf({ ...file, base64 })).toBeUndefined();
  });

  it('goes when the answer is made again, but not before the new one is kept', async () => {
    const set = setUp(drawing(hosted(PNG)));
    await set.transcripts.append(conversation, turnOf('1'));
    await all(set.engine.respond(message, attemptOf(set.keep)));
    const before = (await set.transcripts.find(conversation, '1'))?.files?.[0]?.id ?? '';
    const keep = async (turn: Turn) => {
      expect(await set.bytesOf(before)).toEqual(PNG);
      await set.keep(turn);
    };
    await all(set.engine.respond(message, attemptOf(keep, { replaces: [before] })));
    const now = (await set.transcripts.find(conversation, '1'))?.files ?? [];
    expect(now).toHaveLength(1);
    expect(now[0]?.id).not.toBe(before);
    expect(await set.bytesOf(before)).toBeUndefined();
    expect(await set.bytesOf(now[0]?.id)).toEqual(PNG);
  });

  it('stays when the answer is made again and fails', async () => {
    const scripted = scriptedModel(() =>
      scripted.requests.length === 1
        ? [hosted(PNG), ...saying()]
        : [{ type: 'end', end: 'error', failure: { kind: 'server' } }],
    );
    const set = setUp(scripted);
    await set.transcripts.append(conversation, turnOf('1'));
    await all(set.engine.respond(message, attemptOf(set.keep)));
    const files = (await set.transcripts.find(conversation, '1'))?.files ?? [];
    await all(set.engine.respond(message, attemptOf(set.keep, { replaces: files.map(({ id }) => id) })));
    expect(await set.transcripts.find(conversation, '1')).toMatchObject({ files });
    expect(await set.bytesOf(files[0]?.id)).toEqual(PNG);
  });

  it('of a message that was edited or forgotten meanwhile leaves nothing', async () => {
    for (const how of ['edited', 'forgotten'] as const) {
      const controller = new AbortController();
      const set = setUp(drawing(hosted(PNG)));
      await set.transcripts.append(conversation, turnOf('1'));
      const keep = async (turn: Turn) => {
        await set.transcripts.remove(conversation, '1');
        await set.keep(turn);
      };
      for await (const chunk of set.engine.respond(message, attemptOf(keep, { signal: controller.signal })))
        if (chunk.type === 'file' && how === 'edited') controller.abort(RESTART);
      expect(await set.fileRows()).toEqual([]);
    }
  });

  it('whose process died before it was claimed is claimed by the next one, which shows it', async () => {
    const set = setUp(drawing());
    const made = createMadeFiles(set.attachments, message);
    await made.keep({ name: 'cat.png', type: 'image/png', bytes: PNG, alt: 'a cat' });
    const [file] = made.list();
    if (!file) throw new Error('not kept');
    await set.transcripts.append(conversation, turnOf('1', { end: 'stop', files: [file] }));
    const chunks = await all(set.engine.respond(message, attemptOf(set.keep, { mode: 'show', number: 2 })));
    expect(chunks).toEqual([
      { type: 'file', file },
      { type: 'end', end: 'stop' },
    ]);
    expect(await set.store.read(`files|${conversation}`)).toHaveProperty(file.id);
  });

  it('of an answer that failed too often is shown with what there is of it', async () => {
    const set = setUp(drawing());
    const made = createMadeFiles(set.attachments, message);
    await made.keep({ name: 'cat.png', type: 'image/png', bytes: PNG, alt: 'a cat' });
    await set.transcripts.append(conversation, turnOf('1'));
    const journalled = async () => ({ answer: '', rounds: [], files: made.list() });
    const closing = attemptOf(set.keep, { mode: 'close', number: 4, journalled });
    const chunks = await all(set.engine.respond(message, closing));
    expect(chunks[0]).toEqual({ type: 'file', file: made.list()[0] });
    expect((await set.transcripts.find(conversation, '1'))?.files).toEqual(made.list());
  });
});

describe('forgetting', () => {
  it.each(['the message', 'what its asker said', 'the conversation'])(
    '%s takes the bytes along',
    async (what) => {
      const set = setUp(drawing(hosted(PNG)));
      const { store, transcripts, attachments } = set;
      const queue = queueOn(store);
      queue.run(async (said, attempt) => {
        await all(set.engine.respond(said, { ...attempt, settings: async () => ({ keys: {} }) }));
        return 'done';
      });
      const forgetting = createForgetting({
        notes: [],
        queue,
        transcripts,
        attachments,
        settings: createSettings(
          store,
          createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`)),
        ),
        books: createBooks({ store, isPersonal: () => false }),
        marks: createForgottenMarks(store),
      });
      await queue.accept(message);
      await expect.poll(async () => (await transcripts.find(conversation, '1'))?.files?.length).toBe(1);
      await expect.poll(() => queue.live(conversation)).toEqual([]);
      expect(await set.fileRows()).not.toEqual([]);
      if (what === 'the message') await forgetting.message(conversation, '1');
      else if (what === 'the conversation') await forgetting.conversation(conversation);
      else {
        const place = { id: conversation, kind: 'channel' as const, isShared: true };
        await forgetting.saidBy('ada', message.tenant, { ...place, part: () => ({}) });
      }
      expect(await set.fileRows()).toEqual([]);
      await queue.stop(0);
    },
  );
});
