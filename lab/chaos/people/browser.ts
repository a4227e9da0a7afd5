/** A page without a screen. It sends messages and follows answers as the real page does, and records what it shows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TurnEvents, TurnView } from '../../../src/adapters/web/api.ts';
import { browserOf, parseEvents } from '../../../tests/harness/web.ts';
import { LOSE_HEADER } from '../processes/balancer.ts';

/** A message written on the page, with the answer below it. Times are by `performance.now()`. */
export interface PageTurn {
  id: string;
  acceptedAt: number | undefined;
  /** When the page showed the end of the answer. */
  endedAt: number | undefined;
  answer: string;
  notice: string | null;
}

export interface SendOptions {
  /** The message is sent twice at the same time. */
  isDuplicated: boolean;
  /** The message is sent again, since the first response is lost. */
  isLost: boolean;
}

export interface Browser {
  /** Sends the message after the earlier ones are sent. */
  write(id: string, text: string, options: SendOptions): PageTurn;
  /** Breaks the connection that brings an answer. */
  cut(): void;
  /** The stored turns of the conversation, oldest first. */
  read(): Promise<TurnView[]>;
  /** Stops all sending and following. */
  close(): void;
}

/** Timeout of a browser or proxy, ms. */
const DEADLINE_MS = 10_000;
const AGAIN_MS = 400;

/** Opens the page at this address and begins a conversation. */
export async function openBrowser(url: string): Promise<Browser> {
  const client = browserOf(url);
  const closing = new AbortController();
  /** Retries as long as the page is open. */
  const until = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await attempt();
      } catch {
        await sleep(AGAIN_MS, undefined, { signal: closing.signal });
      }
    }
  };
  const conversation = await until(client.newConversation);
  const tab: Tab = { ...client, conversation, closing: closing.signal, until };
  const { follow, cut } = createFollowing(tab);
  let sending = Promise.resolve();
  let followed = Promise.resolve();

  return {
    write(id, text, options) {
      const turn: PageTurn = { id, acceptedAt: undefined, endedAt: undefined, answer: '', notice: null };
      const sent = sending.then(() => sendUntilTaken(tab, turn, text, options));
      sending = sent.then(
        () => {},
        () => {},
      );
      followed = Promise.all([sent, followed])
        .then(
          ([view]) => (view.live ? follow(turn) : show(turn, view)),
          () => {},
        )
        .catch(() => {});
      return turn;
    },
    cut,
    read: () => read(tab),
    close: () => closing.abort(),
  };
}

interface Tab extends Pick<ReturnType<typeof browserOf>, 'fetch' | 'get'> {
  conversation: string;
  closing: AbortSignal;
  until<T>(attempt: () => Promise<T>): Promise<T>;
}

interface Sent {
  id: string;
  text: string;
  headers?: Record<string, string>;
}

async function post({ fetch: send, conversation }: Tab, { id, text, headers = {} }: Sent): Promise<TurnView> {
  const response = await send(`/api/conversations/${conversation}/messages`, {
    method: 'POST',
    json: { id, text, attachments: [] },
    headers,
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { turn: TurnView }).turn;
}

async function sendUntilTaken(
  tab: Tab,
  turn: PageTurn,
  text: string,
  options: SendOptions,
): Promise<TurnView> {
  const { id } = turn;
  if (options.isLost) await post(tab, { id, text, headers: { [LOSE_HEADER]: 'answer' } }).catch(() => {});
  const copy = options.isDuplicated ? post(tab, { id, text }).catch(() => {}) : undefined;
  const view = await tab.until(() => post(tab, { id, text }));
  await copy;
  turn.acceptedAt = performance.now();
  return view;
}

async function read({ get, conversation }: Tab): Promise<TurnView[]> {
  const turns: TurnView[] = [];
  for (;;) {
    const before = turns[0] ? `?before=${turns[0].seq}` : '';
    const page = await get<{ turns: TurnView[]; more: boolean }>(
      `/api/conversations/${conversation}${before}`,
    );
    turns.unshift(...page.turns);
    if (!page.more) return turns;
  }
}

function show(turn: PageTurn, { answer, notice }: Pick<TurnView, 'answer' | 'notice'>): void {
  Object.assign(turn, { answer, notice, endedAt: performance.now() });
}

function createFollowing(tab: Tab) {
  let following: AbortController | undefined;
  return {
    cut: () => following?.abort(),
    /** Follows a turn as the page does. A broken stream resumes at its offset; otherwise the turn is read again. */
    async follow(turn: PageTurn): Promise<void> {
      let reached = 0;
      for (;;) {
        following = new AbortController();
        const outcome = await readEvents(
          tab,
          turn,
          reached,
          AbortSignal.any([following.signal, tab.closing]),
        );
        if (outcome.kind === 'end') {
          if (turn.answer !== '') return show(turn, { answer: turn.answer, notice: outcome.notice });
        } else await sleep(AGAIN_MS, undefined, { signal: tab.closing });
        reached = outcome.kind === 'broken' ? outcome.reached : 0;
        if (outcome.kind === 'broken') continue;
        const view = (await tab.until(() => read(tab))).find(({ id }) => id === turn.id);
        if (view && !view.live) return show(turn, view);
      }
    },
  };
}

type Outcome =
  | { kind: 'end'; notice: string | null }
  | { kind: 'broken'; reached: number }
  | { kind: 'lost' };

async function readEvents(
  { fetch: send, conversation }: Tab,
  turn: PageTurn,
  from: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let reached = from;
  if (from === 0) turn.answer = '';
  try {
    const response = await send(`/api/conversations/${conversation}/turns/${turn.id}/events`, {
      headers: from > 0 ? { 'last-event-id': String(from) } : {},
      signal,
    });
    // A browser gives up an event source whose response is not a success.
    if (response.status !== 200 || !response.body) return { kind: 'lost' };
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      const end = text.lastIndexOf('\n\n') + 2;
      if (end < 2) continue;
      for (const { name, data, id } of parseEvents(text.slice(0, end))) {
        if (name === 'end') return { kind: 'end', notice: (data as TurnEvents['end']).notice };
        if (name !== 'text') continue;
        const piece = (data as TurnEvents['text']).text;
        const begin = (id ?? turn.answer.length + piece.length) - piece.length;
        if (begin < 0 || begin > turn.answer.length) return { kind: 'lost' };
        turn.answer = turn.answer.slice(0, begin) + piece;
        reached = id ?? reached;
      }
      text = text.slice(end);
    }
  } catch {
    // The connection was cut, or the server is gone. A browser tries again.
  }
  return { kind: 'broken', reached };
}
