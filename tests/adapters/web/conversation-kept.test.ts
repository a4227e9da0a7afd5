/** Conversations on the page: begun, renamed, deleted, read a page at a time, and their attachments. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answers,
  type ModelServer,
  sentMessages,
  stall,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { shortOf } from '../../../src/store/keys.ts';
import { openStore } from '../../../src/store/open.ts';
import { type Parley, startParley } from '../../harness/web.ts';

let model: ModelServer;
let parley: Parley;

beforeEach(async () => {
  model = await startModelServer();
  parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
});
afterEach(async () => {
  await parley.app.stop();
  await model.stop();
});

describe('a conversation on the page', () => {
  it('is one however often it is asked for', async () => {
    const browser = parley.browser();
    const id = randomUUID();
    const begin = () => browser.fetch('/api/conversations', { method: 'POST', json: { id } });
    expect([(await begin()).status, (await begin()).status]).toEqual([201, 200]);
    await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'Mine' } });
    expect(await (await begin()).json()).toMatchObject({ id, title: 'Mine' });
    expect((await browser.state()).conversations).toHaveLength(1);
    const other = parley.browser();
    const theirs = await other.fetch('/api/conversations', { method: 'POST', json: { id } });
    expect(await theirs.json()).toMatchObject({ title: 'New conversation' });
  });

  it('is gone for good when it is deleted, also while it is being answered', async () => {
    model.respond(streams(text('half'), stall));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    await model.received(1);
    expect((await browser.fetch(`/api/conversations/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await browser.fetch(`/api/conversations/${id}`)).status).toBe(404);
    expect((await browser.fetch(`/api/conversations/${id}/turns/${turn.id}/events`)).status).toBe(404);
    expect(await model.requests[0]?.closed).toBe('gone');
    expect((await browser.state()).conversations).toEqual([]);
  });

  it('keeps nothing of a message that comes in while its conversation is deleted', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const messageId = randomUUID();
    const cookie = (await browser.fetch('/api/state')).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const body = JSON.stringify({ id: messageId, text: 'canary-of-a-late-message', attachments: [] });
    const status = new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        `${parley.app.url}/api/conversations/${id}/messages`,
        {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json', 'content-length': body.length },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on('error', reject);
      sent.write(body.slice(0, 10));
      setTimeout(async () => {
        await browser.fetch(`/api/conversations/${id}`, { method: 'DELETE' });
        sent.end(body.slice(10));
      }, 50);
    });
    expect(await status).toBe(404);
    await parley.app.stop();
    const store = await openStore(`sqlite://${join(parley.folder, 'parley.sqlite')}`);
    const [, tenant = ''] = /"conversation":"(web:[\w-]+):/.exec(parley.log.join()) ?? [];
    expect(await store.read(`head|${tenant}:${id}`)).toBeUndefined();
    expect(await store.read(`t|${shortOf(`${tenant}:${id}`)}|0`)).toBeUndefined();
    await store.close();
    parley = await startParley({}, parley.folder);
  });

  it('can be renamed, and pages back through a long one', async () => {
    model.respond(answers('ok'));
    const browser = parley.browser();
    const id = await browser.newConversation();
    for (let i = 0; i < 60; i++) await browser.follow(id, (await browser.send(id, `message ${i}`)).id);
    await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'Renamed' } });
    await browser.follow(id, (await browser.send(id, 'message 60')).id);
    const newest = await browser.get<{ turns: { seq: number }[]; more: boolean }>(`/api/conversations/${id}`);
    expect([newest.turns.length, newest.more]).toEqual([50, true]);
    const path = `/api/conversations/${id}?before=${newest.turns[0]?.seq}`;
    expect(await browser.get(path)).toMatchObject({ conversation: { title: 'Renamed' }, more: false });
  });

  it('sends attached images and text files to the model', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const upload = async (name: string, body: Uint8Array<ArrayBuffer>) => {
      const path = `/api/conversations/${id}/attachments?name=${encodeURIComponent(name)}`;
      return (await (await browser.fetch(path, { method: 'POST', body })).json()) as {
        id: string;
        type: string;
      };
    };
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    const image = await upload('cat.png', new Uint8Array(png));
    const notes = await upload('notes.md', new TextEncoder().encode('remember the milk'));
    expect([image.type, notes.type]).toEqual(['image/png', 'text/plain']);
    const turn = await browser.send(id, 'look', { attachments: [image.id, notes.id] });
    await browser.follow(id, turn.id);
    expect(model.requests.slice(0, 1).flatMap((sent) => sentMessages(sent))).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look\n\nFile "notes.md":\n```\nremember the milk\n```' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png.toString('base64')}` } },
        ],
      },
    ]);
    const shown = await browser.fetch(`/api/conversations/${id}/attachments/${image.id}`);
    expect([shown.headers.get('content-type'), shown.headers.get('content-security-policy')]).toEqual([
      'image/png',
      "default-src 'none'; sandbox",
    ]);
  });
});
