/** A whole Parley in this process, and browsers without a screen that talk to its page's API. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import type { State, TurnEvents, TurnView } from '../../src/adapters/web/api.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { emptyFolder } from '../fixtures.ts';

export interface Parley extends AsyncDisposable {
  app: App;
  /** Where its store and keys are. */
  folder: string;
  /** Every line logged so far. */
  log: string[];
  browser(): Browser;
}

/** Starts with an empty store, or in `folder` on the one that is there. */
export async function startParley(env: Record<string, string> = {}, folder?: string): Promise<Parley> {
  const place = folder ?? (await emptyFolder());
  const log: string[] = [];
  const config = readConfig({ STORE_URL: `sqlite://${join(place, 'parley.sqlite')}`, PORT: '0', ...env });
  const app = await startApp(
    config,
    pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
  );
  return {
    app,
    folder: place,
    log,
    browser: () => browserOf(app.url),
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

export interface Browser {
  /** A request with this browser's cookies; `json` becomes its body. */
  fetch(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The JSON of an answer that must be a success. */
  get<T>(path: string): Promise<T>;
  state(): Promise<State>;
  newConversation(): Promise<string>;
  /** Sends a message; resolves once it is accepted. */
  send(conversation: string, text: string, rest?: { id?: string; attachments?: string[] }): Promise<TurnView>;
  /** Follows a turn to its end. */
  follow(conversation: string, turn: string, lastEventId?: number): Promise<Followed>;
  turns(conversation: string): Promise<TurnView[]>;
}

export interface Followed extends Partial<TurnEvents['end']> {
  text: string;
  /** The id of the last event with text. */
  lastId: number;
}

/** A kept connection turns out dead after a restart on the same port; a browser then takes another, as here. */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (
      !(error instanceof Error && error.cause instanceof Error && error.cause.message === 'other side closed')
    ) {
      throw error;
    }
    return fetch(url, init);
  }
}

/** A browser without a screen that has never been there before. */
export function browserOf(url: string): Browser {
  const cookies = new Map<string, string>();

  async function send(path: string, { json, headers, ...init }: RequestInit & { json?: unknown } = {}) {
    const response = await fetchAgain(url + path, {
      redirect: 'manual',
      ...init,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  }
  async function ok<T>(response: Response): Promise<T> {
    const body = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return body as T;
  }

  const browser: Browser = {
    fetch: send,
    get: async (path) => ok(await send(path)),
    state: () => browser.get<State>('/api/state'),
    async newConversation() {
      return (await ok<{ id: string }>(await send('/api/conversations', { method: 'POST', json: {} }))).id;
    },
    async send(conversation, text, { id = randomUUID(), attachments = [] } = {}) {
      const path = `/api/conversations/${conversation}/messages`;
      const sent = await send(path, { method: 'POST', json: { id, text, attachments } });
      return (await ok<{ turn: TurnView }>(sent)).turn;
    },
    async follow(conversation, turn, lastEventId) {
      const response = await send(`/api/conversations/${conversation}/turns/${turn}/events`, {
        headers: lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) },
      });
      const followed: Followed = { text: '', lastId: lastEventId ?? 0 };
      for (const event of parseEvents(await response.text())) {
        if (event.name === 'text') followed.text += (event.data as TurnEvents['text']).text;
        if (event.name === 'end') Object.assign(followed, event.data);
        if (event.id !== undefined) followed.lastId = event.id;
      }
      return followed;
    },
    async turns(conversation) {
      return (await browser.get<{ turns: TurnView[] }>(`/api/conversations/${conversation}`)).turns;
    },
  };
  return browser;
}

export function parseEvents(text: string): { name: string; data: unknown; id?: number }[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const id = field('id');
      return {
        name: field('event') ?? '',
        data: JSON.parse(field('data') ?? 'null'),
        ...(id !== undefined && { id: Number(id) }),
      };
    });
}
