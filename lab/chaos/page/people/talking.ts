/** Writing: people ask, edit what they said, have it answered anew, and step between versions. */
import { randomUUID } from 'node:crypto';
import type { Accepted, ConversationView, TurnView } from '../../../../src/adapters/web/api.ts';
import type { SentMessage } from '../book.ts';
import type { Scene } from './scene.ts';

/** A conversation as a window shows it. */
export interface Shown {
  id: string;
  /** The branch. */
  line: string;
  turns: TurnView[];
}

interface Page {
  conversation: ConversationView;
  turns: TurnView[];
  more: boolean;
}

/** Share of the requests whose answer gets lost, and of those that are made twice at once. */
const LOST = 0.08;
const TWICE = 0.15;
/** Share of the edits that two windows make of one message at once. */
const RACES = 0.3;
/** Longest time for which an answer is followed, ms. */
const FOLLOWED_MS = 2_500;

/** Reads a conversation: the branch that is shown, or another one. Undefined: it is not there. */
export async function read(
  { window }: Pick<Scene, 'window'>,
  id: string,
  line?: string,
): Promise<Shown | undefined> {
  const turns: TurnView[] = [];
  let shown = line;
  for (;;) {
    const query = new URLSearchParams({
      ...(turns[0] && { before: String(turns[0].seq) }),
      ...(shown !== undefined && { branch: shown }),
    });
    const { status, text } = await window.ask('GET', `/api/conversations/${id}?${query}`);
    if (status !== 200) return undefined;
    const page: Page = JSON.parse(text);
    shown ??= page.conversation.shown ?? id;
    turns.unshift(...page.turns);
    if (!page.more) return { id, line: shown, turns };
  }
}

const questionOf = (person: string, token: string) => `${person} asks: what is there to say about ${token}?`;

function write(
  { book, window, nextToken }: Scene,
  {
    token,
    ...message
  }: Pick<SentMessage, 'kind' | 'conversation' | 'before'> & {
    token?: string;
    line?: string;
  },
): SentMessage {
  const id = randomUUID();
  const { person } = window;
  const own = token ?? nextToken();
  book.owners.set(own, person);
  const sent: SentMessage = {
    id,
    person,
    token: own,
    line: id,
    ...message,
    begunAt: performance.now(),
    outcome: 'open',
    isUnclear: false,
  };
  book.messages.push(sent);
  return sent;
}

async function deliver({ window, random }: Scene, message: SentMessage, path: string, body: object) {
  const options = { isLost: random.happens(LOST), isTwice: random.happens(TWICE) };
  message.isUnclear = options.isLost || options.isTwice;
  const { status, text, isUnclear } = await window.ask('POST', path, { id: message.id, ...body }, options);
  message.endedAt = performance.now();
  message.outcome = status < 300 ? 'taken' : 'refused';
  message.isUnclear ||= isUnclear;
  // Its text is kept by the browser, which sends it again under a new id.
  return status < 300 ? (JSON.parse(text) as Accepted) : undefined;
}

export async function begin(scene: Scene): Promise<void> {
  const conversation = randomUUID();
  const message = write(scene, { kind: 'say', conversation, before: [], line: conversation });
  const text = questionOf(message.person, message.token);
  const path = `/api/conversations/${conversation}/messages`;
  await deliver(scene, message, path, { text, attachments: [], begins: true });
  await follow(scene, message);
}

export async function say(scene: Scene, { id, line, turns }: Shown): Promise<void> {
  const before = turns.map((turn) => turn.id);
  const message = write(scene, { kind: 'say', conversation: id, before, line });
  const text = questionOf(message.person, message.token);
  await deliver(scene, message, `/api/conversations/${id}/messages?branch=${line}`, {
    text,
    attachments: [],
  });
  await follow(scene, message);
}

export async function edit(scene: Scene, shown: Shown): Promise<void> {
  const place = scene.random.whole(shown.turns.length);
  const turn = shown.turns[place];
  if (!turn) return;
  const before = shown.turns.slice(0, place).map(({ id }) => id);
  const one = async () => {
    const message = write(scene, { kind: 'edit', conversation: shown.id, before });
    const text = questionOf(message.person, message.token);
    const path = `/api/conversations/${shown.id}/turns/${turn.id}/edit?branch=${shown.line}`;
    await deliver(scene, message, path, { text, attachments: [] });
    return message;
  };
  const [message] = await Promise.all(scene.random.happens(RACES) ? [one(), one()] : [one()]);
  await follow(scene, message);
}

export async function regenerate(scene: Scene, shown: Shown): Promise<void> {
  const place = scene.random.whole(shown.turns.length);
  const turn = shown.turns[place];
  const token = turn && scene.book.find(turn.id)?.token;
  if (!turn || token === undefined) return;
  const before = shown.turns.slice(0, place).map(({ id }) => id);
  const message = write(scene, { kind: 'regenerate', conversation: shown.id, before, token });
  await deliver(
    scene,
    message,
    `/api/conversations/${shown.id}/turns/${turn.id}/regenerate?branch=${shown.line}`,
    {},
  );
  await follow(scene, message);
}

/** Shows another version of a turn that has some. */
export async function step({ window, random }: Scene, { id, turns }: Shown): Promise<void> {
  const { versions } = random.pick(turns.filter((turn) => turn.versions)) ?? {};
  if (!versions) return;
  await window.ask('PUT', `/api/conversations/${id}/shown`, { branch: random.pick(versions.of) });
}

/** Follows an answer for a while, as a window does that stays open. Some close it at once. */
async function follow(
  { window, random }: Scene,
  { conversation, id, line, outcome }: SentMessage,
): Promise<void> {
  if (outcome !== 'taken' || random.happens(0.6)) return;
  const end = performance.now() + FOLLOWED_MS;
  const path = `/api/conversations/${conversation}/turns/${id}/events?branch=${line}`;
  while (performance.now() < end) {
    const { status, text } = await window.ask('GET', path, undefined, { once: true });
    if (status >= 400 || text.includes('event: end') || text.includes('event: gone')) return;
  }
}
