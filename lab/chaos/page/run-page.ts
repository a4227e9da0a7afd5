/** A run of the page: people who sign in, two windows of each, Parleys that die, and the judgement at the end. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tenantOfPerson } from '../../../src/adapters/web/server/sign-in/provider.ts';
import { seededRandom } from '../../counterparts/faults.ts';
import { createFaults } from '../faults.ts';
import type { Options } from '../options.ts';
import { tokenOf } from '../people/answers.ts';
import { CALM_MS } from '../plan/cast.ts';
import { dice } from '../plan/dice.ts';
import { planFaults } from '../plan/plan-faults.ts';
import { startBalancer } from '../processes/balancer.ts';
import { startFleet } from '../processes/fleet.ts';
import { inTime } from '../processes/in-time.ts';
import { type Book, createBook } from './book.ts';
import { judgeLinks, judgeSearch, judgeSessions } from './judge/judge-doors.ts';
import { judgeMessages, judgeRequests } from './judge/judge-messages.ts';
import { judgeStore } from './judge/judge-store.ts';
import { readConversations } from './judge/read-conversations.ts';
import { startPageModel } from './model.ts';
import { actOnce } from './people/acts.ts';
import { type Door, openDoor } from './people/door.ts';
import { deleteAccount } from './people/leaving.ts';
import type { Scene } from './people/scene.ts';
import { openWindow, type Window } from './people/window.ts';
import type { Problem } from './problem.ts';
import type { PageRun } from './report-page.ts';
import { createWrites } from './writes.ts';

const PEOPLE = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fay'];
const WINDOWS_OF_A_PERSON = 2;
/** People who delete their account in the middle of the run. */
const LEAVERS = ['emil', 'fay'];
/** Messages of which a person sends as many as they do other things. */
const ACTS_PER_TURN = 1.7;
/** Acts of a window on a machine so slow that it signs in when the run is over. */
const LEAST_ACTS = 3;
const LOOK_EVERY_MS = 1_000;

export async function runPage(options: Options): Promise<PageRun> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  const book = createBook();
  await using model = await startPageModel((token) => book.owners.get(token));
  await using postgres =
    options.store === 'postgres'
      ? await (await import('../../counterparts/postgres.ts')).startPostgres()
      : undefined;
  const storeUrl = (await postgres?.database()) ?? `sqlite://${join(folder, 'parley.sqlite')}`;
  const ports: { now: () => number[] } = { now: () => [] };
  const writes = createWrites(dice(seededRandom(options.seed + 3)));
  await using balancer = await startBalancer(() => ports.now(), writes.note);
  await using door = await openDoor(balancer.url, PEOPLE);
  const env = environmentOf(door, { publicUrl: balancer.url, modelUrl: model.url, storeUrl });
  await using fleet = await startFleet(options.processes, folder, () => env);
  ports.now = fleet.ports;

  const startedAt = performance.now();
  const faults = createFaults({ fleet, browsers: new Map(), postgres, written: writes.next });
  const ms = Math.max(options.seconds * 1_000, CALM_MS + 1_000);
  const planned = planFaults({ ...options, faults: 0 }, ms, dice(seededRandom(options.seed + 1)));
  const failing: Promise<void>[] = [];
  const closing = new AbortController();
  const scenes = scenesOf(options, { book, door, url: balancer.url, closing: closing.signal });
  await Promise.all([
    ...scenes.map((scene, index) => live(scene, index, { options, endsAt: startedAt + ms })),
    inTime(
      planned.sort((a, b) => a.at - b.at),
      startedAt,
      (fault) => void failing.push(faults.perform(fault)),
    ),
  ]);
  writes.end();
  await Promise.all(failing);
  await fleet.allUp();

  const windows = scenes.filter((_, index) => index % WINDOWS_OF_A_PERSON === 0).map(({ window }) => window);
  const problems = await settle(book, windows, options);
  await judgeSearch(book, windows);
  await judgeLinks(book, balancer.url);
  await judgeSessions(book, balancer.url);
  closing.abort();
  await Promise.all(fleet.parleys.map((parley) => parley.stop()));
  const tenants = PEOPLE.map((subject) =>
    tenantOfPerson({ provider: 'oidc', issuer: door.issuer.url, subject }),
  );
  await judgeStore(book, storeUrl, tenants);
  const { messages, links, renamings } = book;
  const endings = Object.entries(book.endings).map(([what, of]) => [what, ...of]);
  writeFileSync(
    join(folder, 'book.json'),
    JSON.stringify({ messages, links, renamings, endings }, undefined, 1),
  );
  return {
    options,
    book,
    problems: [...book.problems, ...problems, ...judgeRequests(book, model.requests)],
    asked: model.requests.length,
    happenings: faults.happenings,
    crashes: fleet.crashes,
    seconds: (performance.now() - startedAt) / 1_000,
    folder,
  };
}

interface Stage {
  book: Book;
  door: Door;
  url: string;
  closing: AbortSignal;
}

function scenesOf({ seed }: Options, { book, door, url, closing }: Stage): Scene[] {
  let tokens = 0;
  const nextToken = () => tokenOf(seed, tokens++);
  return PEOPLE.flatMap((person) => Array.from({ length: WINDOWS_OF_A_PERSON }, () => person)).map(
    (person, index) => ({
      book,
      url,
      nextToken,
      window: openWindow({ person, url, book, closing, signIn: door.signIn }),
      random: dice(seededRandom(seed * 1_000 + index)),
    }),
  );
}

/** A window's life: one act after another, with pauses. */
async function live(
  scene: Scene,
  index: number,
  { options, endsAt }: { options: Options; endsAt: number },
): Promise<void> {
  const { window, random } = scene;
  const begunAt = performance.now();
  const windows = PEOPLE.length * WINDOWS_OF_A_PERSON;
  const pauseMs = ((endsAt - begunAt) * windows) / (options.turns * ACTS_PER_TURN);
  const leavesAt =
    LEAVERS.includes(window.person) && index % WINDOWS_OF_A_PERSON === 0
      ? begunAt + (endsAt - begunAt) * random.between(0.4, 0.7)
      : Number.POSITIVE_INFINITY;
  await window.enter();
  for (let acts = 0; acts < LEAST_ACTS || performance.now() < endsAt; acts++) {
    const actedAt = performance.now();
    if (actedAt > leavesAt) await deleteAccount(scene);
    await actOnce(scene);
    const restMs = random.between(0, 2 * pauseMs) - (performance.now() - actedAt);
    await sleep(Math.max(0, restMs));
  }
}

/** Reads and judges until nothing is wrong, or the problems have not changed for `settleSeconds`. */
async function settle(book: Book, windows: Window[], { settleSeconds }: Options): Promise<Problem[]> {
  let before = '';
  let changedAt = performance.now();
  for (;;) {
    const problems: Problem[] = [];
    for (const window of windows) {
      const conversations = (await readConversations(window, book)) ?? [];
      const found = judgeMessages(book, window.person, conversations);
      problems.push(...found.problems);
      // A person tries again what was cut off too often.
      for (const { conversation, line, turn } of found.unanswered)
        await window.ask(
          'POST',
          `/api/conversations/${conversation}/turns/${turn.id}/retry?branch=${line}`,
          {},
        );
    }
    const now = JSON.stringify(problems);
    if (now !== before) changedAt = performance.now();
    before = now;
    if (problems.length === 0 || performance.now() - changedAt > settleSeconds * 1_000) return problems;
    await sleep(LOOK_EVERY_MS);
  }
}

function environmentOf(
  { issuer }: Door,
  { publicUrl, modelUrl, storeUrl }: { publicUrl: string; modelUrl: string; storeUrl: string },
): Record<string, string> {
  return {
    ...issuer.settings(publicUrl),
    SIGN_IN_ALLOWED: '@example.com',
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API: 'chat',
    OPENAI_API_KEY: 'key-of-the-operator',
    OPENAI_MODEL: 'chaos',
    PERSON_PER_MINUTE: '10000',
    MOST_WAITING: '100',
    // Retention looks at each conversation, and deletes none: a branch that just begins is not too old.
    HISTORY_DAYS: '30',
    STORE_URL: storeUrl,
    MASTER_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
  };
}
