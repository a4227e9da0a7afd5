/** A browser window without a screen: signs in, and speaks the page's API with the page's patience. */
import { setTimeout as sleep } from 'node:timers/promises';
import { browserOf } from '../../../../tests/harness/web.ts';
import { tokensIn } from '../../people/answers.ts';
import { LOSE_HEADER } from '../../processes/balancer.ts';
import type { Book, OpenedSession } from '../book.ts';

export interface Answer {
  /** 0: there was none. */
  status: number;
  text: string;
  /** Whether an earlier request was made whose answer nobody got. */
  isUnclear: boolean;
}

export interface AskOptions {
  /** The answer to the first request gets lost. */
  isLost?: boolean;
  /** The same request is made twice at once. */
  isTwice?: boolean;
  /** Not asked again when there is no answer, or when the session has ended. */
  once?: boolean;
}

export interface Window {
  person: string;
  session: OpenedSession | undefined;
  /** Makes a request until it is answered, as the page does. @throws at the end of the run */
  ask(method: string, path: string, json?: unknown, options?: AskOptions): Promise<Answer>;
  /** The bytes of an answer; undefined if there was none. */
  bytes(method: string, path: string): Promise<Buffer | undefined>;
  /** Signs in, if the window has no session. */
  enter(): Promise<void>;
  /** Forgets its session. */
  leave(): void;
}

export interface WindowOptions {
  person: string;
  url: string;
  book: Book;
  closing: AbortSignal;
  signIn(browser: ReturnType<typeof browserOf>, person: string): Promise<boolean>;
}

/** Statuses that pass, as for the page (connection/server.ts), and that of too many requests. */
const PASSING = [0, 429, 502, 503, 504];
/** Timeout of a request, ms. The page waits a minute, but a run is shorter. */
const DEADLINE_MS = 6_000;
const AGAIN_MS = { passing: 250, tooMany: 1_000 };

type Send = (
  method: string,
  path: string,
  json: unknown,
  isLost?: boolean,
) => Promise<Pick<Answer, 'status' | 'text'>>;

type Request = (method: string, path: string, json: unknown, isLost?: boolean) => Promise<Response>;

/** Makes a request once. Everything that is read is looked through for what others said. */
function sender({ person, book, closing }: WindowOptions, request: Request): Send {
  return async (method, path, json, isLost) => {
    try {
      const response = await request(method, path, json, isLost);
      const text = await response.text();
      const asked = new Set(tokensIn(path + JSON.stringify(json ?? '')));
      for (const token of tokensIn(text)) {
        const owner = book.owners.get(token);
        if (owner !== person && !asked.has(token))
          book.blame('LEAKED', `${method} ${path} gave ${person} ${token} of ${owner}`);
      }
      if (response.status === 500) book.blame('MISTAKES', `${method} ${path}: ${text}`);
      return { status: response.status, text };
    } catch {
      closing.throwIfAborted();
      return { status: 0, text: '' };
    }
  };
}

export function openWindow(options: WindowOptions): Window {
  const { person, url, book, closing, signIn } = options;
  let browser = browserOf(url);
  const request: Request = (method, path, json, isLost = false) =>
    browser.fetch(path, {
      method,
      ...(json !== undefined && { json }),
      ...(isLost && { headers: { [LOSE_HEADER]: 'answer' } }),
      signal: AbortSignal.any([closing, AbortSignal.timeout(DEADLINE_MS)]),
    });
  const send = sender(options, request);

  const window: Window = {
    person,
    session: undefined,
    async ask(method, path, json, { isLost, isTwice, once } = {}) {
      let isUnclear = isTwice ?? false;
      for (let tries = 0; ; tries++) {
        closing.throwIfAborted();
        const copy = isTwice && tries === 0 ? send(method, path, json) : undefined;
        const answer = await send(method, path, json, isLost && tries === 0);
        await copy;
        if (once || !(PASSING.includes(answer.status) || answer.status === 401))
          return { ...answer, isUnclear };
        if (answer.status !== 401) {
          isUnclear ||= answer.status !== 429;
          const wait = answer.status === 429 ? AGAIN_MS.tooMany : AGAIN_MS.passing;
          await sleep(wait, undefined, { signal: closing });
          continue;
        }
        refused(book, window);
        window.leave();
        await window.enter();
      }
    },
    async bytes(method, path) {
      try {
        const response = await request(method, path, undefined);
        return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : undefined;
      } catch {
        closing.throwIfAborted();
        return undefined;
      }
    },
    async enter() {
      while (!window.session) {
        closing.throwIfAborted();
        if (await signIn(browser, person).catch(() => false)) {
          window.session = { person, cookies: new Map(browser.cookies()), openedAt: performance.now() };
          book.sessions.push(window.session);
        } else await sleep(AGAIN_MS.passing, undefined, { signal: closing });
      }
    },
    leave() {
      window.session = undefined;
      browser = browserOf(url);
    },
  };
  return window;
}

/** Somebody must have ended a session that is refused. */
function refused(book: Book, { person, session }: Window): void {
  const account = book.endings.accounts.get(person);
  const isEnded = session?.ending ?? (account && session && session.openedAt < (account.doneAt ?? Infinity));
  if (session && !isEnded) book.blame('SESSIONS', `a session of ${person} is out, though nobody ended it`);
}
