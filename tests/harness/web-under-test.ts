/** The page's API as the contract for adapters uses it: a place is a conversation, and a message its turn. */
import { randomUUID } from 'node:crypto';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import type { TurnView } from '../../src/adapters/web/api.ts';
import type {
  Button,
  Person,
  Place,
  Platform,
  PlatformUnderTest,
  Shown,
} from '../contracts/adapter/platform.ts';
import { whileStoreIsFull } from './full-store.ts';
import { startRunning } from './running.ts';
import { type Browser, browserOf, followed } from './web.ts';

const ONE_SESSION = 'a conversation of the page belongs to one browser';

export const webUnderTest: PlatformUnderTest = {
  name: 'page',
  messageCharacters: 2_000,
  lacks: {
    bots: ONE_SESSION,
    'other readers': ONE_SESSION,
    'Stop for all': ONE_SESSION,
    moderators: ONE_SESSION,
    'direct messages': 'every conversation of the page is one',
    'older buttons': 'the page offers Continue under the newest answer only',
    threads: 'the page has none',
    edits: 'the page sends a message again instead',
    pings: 'the page notifies nobody',
    'several messages': 'an answer on the page is one text',
    'missed messages': 'the page hears that Parley is away, and keeps what is not sent',
  },
  async start({ isProgram, env = {} } = {}) {
    const model = await startModelServer();
    const running = await startRunning(env, { model, isProgram });
    const people = new Map<string, Person>();
    const browsers = new Map<Person, Browser>();
    /** By conversation. */
    const owners = new Map<string, Browser>();
    /** The answers so far of running turns, by turn id. */
    const live = new Map<string, { text: string }>();
    let isTwice = false;
    const place = () => ({ id: randomUUID() });
    const ownerOf = ({ id }: Place) => owners.get(id);

    function createPerson(name: string): Person {
      const browser = browserOf(running.url);
      const told: string[] = [];
      const person: Person = {
        name,
        asks({ id: conversation }, text, { files = [] } = {}) {
          owners.set(conversation, browser);
          const id = randomUUID();
          const send = async () => {
            const attachments = [];
            for (const file of files) attachments.push(await upload(browser, conversation, file));
            const json = { id, text, attachments, begins: true };
            await browser.fetch(`/api/conversations/${conversation}/messages`, { method: 'POST', json });
          };
          sending = sending.then(send);
          if (isTwice) sending = sending.then(send);
          return id;
        },
        says: (where, text) => person.asks(where, text),
        edits() {
          throw new Error('the page edits nothing');
        },
        deletes(id, { id: conversation }) {
          sending = sending.then(async () => {
            await browser.fetch(`/api/conversations/${conversation}/turns/${id}`, { method: 'DELETE' });
          });
        },
        async presses({ id, place: { id: conversation } }, button) {
          const { path = '', method } = REQUESTS[button];
          const response = await browser.fetch(`/api/conversations/${conversation}/turns/${id}${path}`, {
            method,
            ...(method === 'POST' && { json: {} }),
          });
          if (response.status >= 500) throw new Error(`${button}: ${response.status}`);
          if (!response.ok)
            told.push(((await response.json()) as { error: { message: string } }).error.message);
        },
        told: async () => told,
      };
      browsers.set(person, browser);
      return person;
    }
    /** A browser sends one after the other. */
    let sending: Promise<unknown> = Promise.resolve();

    /** Reads an answer as it comes, as the page does. */
    function follow(browser: Browser, conversation: string, turn: string): { text: string } {
      const known = live.get(turn);
      if (known) return known;
      const reading = { text: '' };
      live.set(turn, reading);
      void read(browser, `/api/conversations/${conversation}/turns/${turn}/events`, reading)
        .catch(() => {})
        .finally(() => live.delete(turn));
      return reading;
    }

    const platform: Platform = {
      model,
      person(name) {
        const known = people.get(name) ?? createPerson(name);
        people.set(name, known);
        return known;
      },
      bot() {
        throw new Error('no bots use the page');
      },
      channel: place,
      lane: place,
      thread: place,
      direct: place,
      async shown(where) {
        const browser = ownerOf(where);
        if (!browser) return [];
        const response = await browser.fetch(`/api/conversations/${where.id}`);
        if (!response.ok) return [];
        const { turns } = (await response.json()) as { turns: TurnView[] };
        return turns
          .map((turn, index) => {
            const text = turn.live ? follow(browser, where.id, turn.id).text : turn.answer;
            return shownOf(turn, where, text, index === turns.length - 1);
          })
          .filter(({ isLive, text }) => !isLive || text !== '');
      },
      async files(where) {
        const browser = ownerOf(where);
        const response = await browser?.fetch(`/api/conversations/${where.id}`);
        if (!browser || !response?.ok) return [];
        const { turns } = (await response.json()) as { turns: TurnView[] };
        const files = turns.flatMap((turn) => turn.files ?? []);
        return Promise.all(
          files.map(async ({ id, name, alt }) => {
            const read = await browser.fetch(`/api/conversations/${where.id}/attachments/${id}`);
            return { name, alt, size: (await read.arrayBuffer()).byteLength };
          }),
        );
      },
      pings: () => [],
      alarm: (word) => word,
      calls: (question) => question,
      twice(task) {
        isTwice = true;
        task();
        isTwice = false;
      },
      async set(setting, value, person) {
        const response = await browsers
          .get(person)
          ?.fetch('/api/settings', { method: 'PATCH', json: { [setting]: value } });
        if (!response?.ok) throw new Error(`${setting} was not changed`);
      },
      async removes(where) {
        await ownerOf(where)?.fetch(`/api/conversations/${where.id}`, { method: 'DELETE' });
      },
      removesMessage() {
        throw new Error('nobody else sees a message of the page');
      },
      async kill() {
        await sending;
        await running.kill();
        live.clear();
      },
      startAgain: running.startAgain,
      storeAway: (task) => whileStoreIsFull(running.folder, task),
      async [Symbol.asyncDispose]() {
        await running.stop();
        await model.stop();
      },
    };
    return platform;
  },
};

const REQUESTS: Record<Button, { path?: string; method: 'POST' | 'DELETE' }> = {
  Stop: { path: '/stop', method: 'POST' },
  Regenerate: { path: '/retry', method: 'POST' },
  Continue: { path: '/continue', method: 'POST' },
  Delete: { method: 'DELETE' },
};

async function upload(
  browser: Browser,
  conversation: string,
  { name, data }: { name: string; data: string | Uint8Array<ArrayBuffer> },
): Promise<string> {
  const path = `/api/conversations/${conversation}/attachments?begins=true&name=${encodeURIComponent(name)}`;
  const response = await browser.fetch(path, {
    method: 'POST',
    body: data,
    headers: { 'content-type': 'text/plain' },
  });
  return ((await response.json()) as { id: string }).id;
}

async function read(browser: Browser, path: string, reading: { text: string }): Promise<void> {
  const response = await browser.fetch(path);
  const decoder = new TextDecoder();
  let sent = '';
  for await (const bytes of response.body ?? []) {
    sent += decoder.decode(bytes, { stream: true });
    // Whole events alone.
    reading.text = followed(sent.slice(0, sent.lastIndexOf('\n\n') + 2)).text;
  }
}

/** As the page draws it: which buttons there are follows from the turn, and from its being the last one. */
function shownOf({ id, live, end, notice }: TurnView, place: Place, text: string, isLast: boolean): Shown {
  const isCut = ['length', 'stopped', 'interrupted'].includes(end ?? '');
  const more = isCut && isLast ? ['Continue'] : [];
  return {
    id,
    place,
    text: text.trim(),
    notice: notice ?? '',
    buttons: live ? ['Stop'] : ['Regenerate', ...more, 'Delete'],
    answers: id,
    isLive: live,
  };
}
