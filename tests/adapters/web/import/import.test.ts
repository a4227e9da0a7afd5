/** Imports through the API, from the file to the conversation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportedConversation } from '../../../../src/adapters/web/api/export.ts';
import type { ImportBatch, ImportOutcome } from '../../../../src/adapters/web/api/import.ts';
import { type ImportReport, runImport } from '../../../../src/adapters/web/page/import/run-import.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { chatGpt, libreChat, openWebUi, TALK } from './exports.ts';

const NOTHING: ImportReport = {
  added: 0,
  grown: 0,
  known: 0,
  cut: 0,
  tooLarge: 0,
  unknown: 0,
  empty: 0,
  noRoom: 0,
  broken: 0,
};

describe('an import', () => {
  let parley: Parley;

  beforeAll(async () => {
    parley = await startParley({});
  });
  afterAll(async () => parley?.app.stop());

  const fileOf = (content: unknown) =>
    new Blob([typeof content === 'string' ? content : JSON.stringify(content)]);
  async function post(browser: Browser, json: unknown) {
    return browser.fetch('/api/import', { method: 'POST', json });
  }
  /** As the page does it. */
  function importing(browser: Browser, files: Blob[]) {
    const send = async (batch: ImportBatch) => {
      const response = await post(browser, batch);
      expect(response.status).toBe(200);
      return (await response.json()) as { outcomes: ImportOutcome[] };
    };
    const options = { files, send, tell: () => {}, rest: async () => {} };
    return runImport(options, new AbortController().signal);
  }
  const texts = async (browser: Browser, id: string) =>
    (await browser.turns(id)).map(({ text, answer }) => [text, answer]);

  it('brings conversations of all programs into the list, with texts and times, and the same file nothing twice', async () => {
    const browser = parley.browser();
    const files = [fileOf([chatGpt(), openWebUi()]), fileOf(libreChat())];
    expect(await importing(browser, files)).toEqual({ ...NOTHING, added: 3 });
    const { conversations } = await browser.state();
    expect(conversations.map(({ title }) => title)).toEqual(['Sky', 'Sky', 'Sky']);
    for (const { id } of conversations)
      expect(await texts(browser, id)).toEqual([
        [TALK[0]?.text, TALK[1]?.text],
        [TALK[2]?.text, TALK[3]?.text],
      ]);
    expect(await importing(browser, files)).toEqual({ ...NOTHING, known: 3 });
    expect((await browser.state()).conversations).toHaveLength(3);
  });

  it('takes back Parley’s own export without loss', async () => {
    const browser = parley.browser();
    await importing(browser, [fileOf([chatGpt('own', 'Own')])]);
    const exported = async (by: Browser) => {
      const [entry] = (await by.state()).conversations;
      const response = await by.fetch(`/api/conversations/${entry?.id}/export?as=json`);
      const { exported: _, ...file } = (await response.json()) as ExportedConversation;
      return file;
    };
    const file = await exported(browser);
    expect(await importing(browser, [fileOf(file)])).toEqual({ ...NOTHING, known: 1 });
    const other = parley.browser();
    expect(await importing(other, [fileOf([file])])).toEqual({ ...NOTHING, added: 1 });
    expect(await exported(other)).toEqual(file);
  });

  it('adds to a conversation only what follows, and what was deleted here stays deleted', async () => {
    const browser = parley.browser();
    await importing(browser, [fileOf([chatGpt('grows', 'Grows', TALK.slice(0, 2))])]);
    expect(await importing(browser, [fileOf([chatGpt('grows', 'Grows')])])).toEqual({ ...NOTHING, grown: 1 });
    const [entry] = (await browser.state()).conversations;
    const id = entry?.id ?? '';
    const [first] = await browser.turns(id);
    await browser.fetch(`/api/conversations/${id}/turns/${first?.id}`, { method: 'DELETE' });
    const turn = await browser.send(id, 'I went on here');
    await browser.follow(id, turn.id);
    const longer = [...TALK, ...TALK];
    expect(await importing(browser, [fileOf([chatGpt('grows', 'Grows', longer)])])).toEqual({
      ...NOTHING,
      known: 1,
    });
    expect((await browser.turns(id)).map(({ text }) => text)).toEqual([
      'And red at night?',
      'I went on here',
    ]);
  });

  it('goes on where it was cut off, and mixes no two conversations of one id', async () => {
    const browser = parley.browser();
    const talk = Array.from({ length: 240 }, (_, at) => ({
      by: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
      text: `${at}`,
    }));
    const file = fileOf([chatGpt('long', 'Long', talk), chatGpt('long', 'Other', TALK)]);
    const dies = {
      files: [file],
      async send({ conversations }: ImportBatch): Promise<never> {
        await post(browser, { conversations: conversations.slice(0, 1), isLast: false });
        throw new Error('the window was closed');
      },
      tell: () => {},
      rest: async () => {},
    };
    await expect(runImport(dies, new AbortController().signal)).rejects.toThrow('closed');
    expect(await importing(browser, [file])).toEqual({ ...NOTHING, grown: 1, known: 1 });
    const [entry] = (await browser.state()).conversations;
    const response = await browser.fetch(`/api/conversations/${entry?.id}/export?as=json`);
    const { turns } = (await response.json()) as ExportedConversation;
    expect(turns.map(({ text }) => text)).toEqual(
      talk.filter(({ by }) => by === 'user').map(({ text }) => text),
    );
    expect((await browser.state()).conversations).toHaveLength(1);
  });

  it('leaves out what is no conversation, and takes what stands before the end of a broken file', async () => {
    const browser = parley.browser();
    const odd = [1, null, 'x', {}, { mapping: {} }, { chat: { messages: [] } }, chatGpt('odd')];
    const broken = `[${JSON.stringify(chatGpt('broken'))},{"mapping":`;
    expect(await importing(browser, [fileOf(odd), fileOf(broken), fileOf('GIF89a')])).toEqual({
      ...NOTHING,
      added: 2,
      unknown: 4,
      empty: 2,
      broken: 2,
    });
  });

  it('of another person’s file is one’s own: nobody else sees or changes it', async () => {
    const [one, other] = [parley.browser(), parley.browser()];
    await importing(one, [fileOf([chatGpt('same')])]);
    const [entry] = (await one.state()).conversations;
    await importing(other, [fileOf([chatGpt('same', 'Mine', TALK.slice(0, 2))])]);
    await other.fetch(`/api/conversations/${entry?.id}`, { method: 'DELETE' });
    expect(await texts(one, entry?.id ?? '')).toHaveLength(2);
  });

  it('is refused in any other form', async () => {
    const browser = parley.browser();
    const turn = {
      key: 'k',
      text: '',
      files: [],
      answer: '',
      made: [],
      model: '',
      thoughts: '',
      end: 'stop',
      at: 1,
    };
    const slice = { source: 'chatgpt', key: 'k', title: 't', at: 1, after: null, turns: [turn] };
    const wrong = [
      null,
      [],
      {},
      { conversations: [] },
      { conversations: [{ ...slice, source: 'other' }], isLast: true },
      { conversations: [{ ...slice, turns: [] }], isLast: true },
      { conversations: [{ ...slice, turns: Array.from({ length: 51 }, () => turn) }], isLast: true },
      { conversations: Array.from({ length: 41 }, () => slice), isLast: true },
      { conversations: [{ ...slice, turns: [{ ...turn, end: 'never' }] }], isLast: true },
      { conversations: [{ ...slice, turns: [{ ...turn, text: 'x'.repeat(100_001) }] }], isLast: true },
      { conversations: [{ ...slice, turns: [{ ...turn, files: Array(21).fill({}) }] }], isLast: true },
    ];
    for (const json of wrong) expect((await post(browser, json)).status).toBe(400);
    expect((await post(browser, { conversations: 'x'.repeat(2 ** 21) })).status).toBe(413);
    expect((await browser.state()).conversations).toEqual([]);
  });

  it('stores no character that stands for something else, and no time that is none', async () => {
    const browser = parley.browser();
    const turn = {
      key: 'k\ud800',
      text: 'a\u0000b\u001b[31m\ud800',
      files: [{ name: '', type: 'text/html;x', size: -1 }],
      answer: 'ok',
      made: [],
      model: 'm\nm',
      thoughts: '',
      end: 'stop',
      at: 9e15,
    };
    const slice = { source: 'librechat', key: 'k', title: 'a\n\u0007b', at: -5, after: null, turns: [turn] };
    expect((await post(browser, { conversations: [slice], isLast: true })).status).toBe(200);
    const [entry] = (await browser.state()).conversations;
    expect(entry).toMatchObject({ title: 'a b', at: 0 });
    const [stored] = await browser.turns(entry?.id ?? '');
    expect(stored?.text).toBe('ab[31m\ufffd');
    expect(stored?.at).toBeLessThanOrEqual(Date.now());
    expect(stored?.attachments).toMatchObject([{ name: 'file', type: 'application/octet-stream', size: 0 }]);
  });
});
