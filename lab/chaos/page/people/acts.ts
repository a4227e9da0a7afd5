/** The things that people do on the page, each as often as it weighs. */
import type { ConversationList } from '../../../../src/adapters/web/api/lists.ts';
import { count } from '../book.ts';
import { search } from './finding.ts';
import { removeConversation, removeTurn, rename, tidy } from './keeping.ts';
import { endOther, exportAll, signOut } from './leaving.ts';
import { pry } from './prying.ts';
import type { Scene } from './scene.ts';
import { readLink, revoke, share } from './sharing.ts';
import { begin, edit, read, regenerate, type Shown, say, step } from './talking.ts';

interface Act {
  name: string;
  /** How often it is done, as a part of all. */
  weight: number;
  /** With the conversation that the window shows; acts without one need none. */
  act: ((scene: Scene) => Promise<void>) | { on: (scene: Scene, shown: Shown) => Promise<void> };
}

const ACTS: Act[] = [
  { name: 'begun', weight: 7, act: begin },
  { name: 'said', weight: 20, act: { on: say } },
  { name: 'edited', weight: 18, act: { on: edit } },
  { name: 'answered anew', weight: 11, act: { on: regenerate } },
  { name: 'stepped', weight: 8, act: { on: step } },
  { name: 'deleted a turn', weight: 8, act: { on: removeTurn } },
  { name: 'deleted a conversation', weight: 2, act: { on: removeConversation } },
  { name: 'renamed', weight: 3, act: { on: rename } },
  { name: 'pinned or archived', weight: 3, act: { on: tidy } },
  { name: 'searched', weight: 9, act: search },
  { name: 'shared', weight: 4, act: { on: share } },
  { name: 'stopped sharing', weight: 2, act: revoke },
  { name: 'read a link', weight: 3, act: readLink },
  { name: 'exported all', weight: 2, act: exportAll },
  { name: 'signed out', weight: 2, act: signOut },
  { name: 'ended a session', weight: 1, act: endOther },
  { name: 'pried', weight: 5, act: pry },
];
/** Each as often as it weighs. */
const ALL = ACTS.flatMap((act) => Array.from({ length: act.weight }, () => act));
/** Conversations that people go on with: the newest, so that two windows of a person meet in them. */
const NEWEST = 4;
/** Turns of a conversation with which people go on. */
const MOST_TURNS = 30;

/** Does one thing, picked at random. @throws at the end of the run */
export async function actOnce(scene: Scene): Promise<void> {
  const { name, act } = scene.random.pick(ALL);
  if (typeof act === 'function') {
    await act(scene);
  } else {
    const shown = await open(scene);
    if (!shown || shown.turns.length > MOST_TURNS) return begin(scene);
    await act.on(scene, shown);
  }
  count(scene.book, name);
}

async function open(scene: Scene): Promise<Shown | undefined> {
  const { window, random } = scene;
  const { status, text } = await window.ask('GET', '/api/conversations');
  if (status !== 200) return undefined;
  const { conversations }: ConversationList = JSON.parse(text);
  const chosen = random.pick(conversations.slice(0, NEWEST));
  return chosen && read(scene, chosen.id);
}
