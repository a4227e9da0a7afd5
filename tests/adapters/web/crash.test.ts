/** Parley killed or stopped while people follow its answers on the page: the next one goes on with them. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  pause,
  sentMessages,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Browser, browserOf, type Followed } from '../../harness/web.ts';
import { untilKept } from '../kept-rows.ts';
import { type Program, startProgram } from './program.ts';

const never = new Promise(() => {});
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Asked {
  program: Program;
  browser: Browser;
  id: string;
  turn: string;
  /** Events until the connection ended. */
  first: Promise<Followed>;
}

/** Asks, and follows the answer until it has the text `half`, which Parley has stored by then. */
async function ask(
  model: ModelServer,
  { half = '', ...env }: { half?: string; STOP_SECONDS?: string } = {},
): Promise<Asked> {
  const program = await startProgram(model, env);
  const browser = browserOf(program.url);
  const id = await browser.newConversation();
  const turn = (await browser.send(id, 'hello')).id;
  const seen = Promise.withResolvers<void>();
  const first = browser.follow(id, turn, undefined, (text) => void (text.includes(half) && seen.resolve()));
  await model.received(1);
  if (half !== '') {
    await seen.promise;
    await untilKept(program.folder, half);
  }
  return { program, browser, id, turn, first };
}

/** Follows as a page does: reconnects when the connection ends before the answer. */
async function followToEnd(browser: Browser, id: string, turn: string, before?: Followed): Promise<Followed> {
  for (let came = before; ; ) {
    try {
      came = await browser.follow(id, turn, came);
      if (came.end) return came;
    } catch {
      // The server is not up yet.
    }
    await rest(100);
  }
}

describe('killed in the middle of an answer', () => {
  it('it answers the same turn again, once, and its reader gets the new text whole', async () => {
    await using model = await startModelServer();
    model.respond(
      streams(text('Half of it, which is long. '), after(never)),
      streams(text('All '), pause(300), text('of it.'), finish(), done),
    );
    const { program, browser, id, turn, first } = await ask(model, { half: 'Half of it, which is long.' });
    await using _ = program;
    await program.kill('SIGKILL');
    const broken = await first;
    expect(broken).toMatchObject({ text: 'Half of it, which is long. ' });
    expect(broken.end).toBeUndefined();
    await program.startHere();
    const whole = { text: 'All of it.', end: 'stop', notice: null };
    expect(await browser.follow(id, turn, broken)).toMatchObject(whole);
    expect(await browser.follow(id, turn)).toMatchObject(whole);
    expect(await browser.turns(id)).toMatchObject([
      { id: turn, answer: 'All of it.', end: 'stop', live: false },
    ]);
    expect(model.requests).toHaveLength(2);
  });

  it('what it had is shown until the new text comes, also to who opens the page only then', async () => {
    await using model = await startModelServer();
    let goOn = () => {};
    const wanted = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    model.respond(
      streams(text('The same beginning'), after(never)),
      streams(after(wanted), text('The same beginning'), text(', and the end.'), finish(), done),
    );
    const { program, browser, id, turn, first } = await ask(model, { half: 'The same beginning' });
    await using _ = program;
    await program.kill('SIGKILL');
    await program.startHere();
    const back = browser.follow(id, turn, await first);
    expect(await browser.turns(id)).toMatchObject([{ live: true, end: null, notice: null }]);
    await model.received(2);
    await rest(500);
    goOn();
    const { events, ...whole } = await back;
    expect(whole).toMatchObject({ text: 'The same beginning, and the end.', end: 'stop' });
    expect(events.filter(({ name }) => name === 'text')).toHaveLength(1);
  });

  it('over the same answer three times, it closes that with what came, and answers when asked again', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Again and again.'), after(never)));
    const { program, browser, id, turn } = await ask(model, { half: 'Again and again.' });
    await using _ = program;
    for (let death = 1; death <= 3; death++) {
      await model.received(death);
      await untilKept(program.folder, 'Again and again.');
      expect(await browser.turns(id)).toMatchObject([{ live: true }]);
      await program.kill('SIGKILL');
      await (death < 3 ? program.start() : program.startHere());
    }
    expect(await followToEnd(browser, id, turn)).toMatchObject({
      text: 'Again and again.',
      end: 'interrupted',
      notice: expect.stringMatching(/interrupted before its end.*Try again/),
    });
    expect(model.requests).toHaveLength(3);
    model.respond(answers('At last.'));
    const path = `/api/conversations/${id}/turns/${turn}/retry`;
    expect((await browser.fetch(path, { method: 'POST' })).status).toBe(202);
    expect(await browser.follow(id, turn)).toMatchObject({ text: 'At last.', end: 'stop' });
    expect(await browser.turns(id)).toHaveLength(1);
  });
});

describe('killed before an answer', () => {
  it('it answers what it had accepted, in order, and takes a message that is sent again for the same', async () => {
    await using model = await startModelServer();
    model.respond(streams(after(never)), answers('one'), answers('two'));
    const { program, browser, id, turn } = await ask(model);
    await using _ = program;
    const second = randomUUID();
    await browser.send(id, 'and this', { id: second });
    await program.kill('SIGKILL');
    await program.startHere();
    expect(await browser.send(id, 'and this', { id: second })).toMatchObject({ id: second, live: true });
    expect(await followToEnd(browser, id, second)).toMatchObject({ text: 'two', end: 'stop' });
    expect(await browser.follow(id, turn)).toMatchObject({ text: 'one', end: 'stop' });
    expect(await browser.turns(id)).toMatchObject([{ answer: 'one' }, { answer: 'two' }]);
    expect(model.requests.map((sent) => sentMessages(sent).length)).toEqual([1, 1, 3]);
  });
});

describe('killed after an answer', () => {
  it('it has it for a reader who had not read its end', async () => {
    await using model = await startModelServer();
    model.respond(answers('Kept, ', 'and not read.'));
    const program = await startProgram(model);
    await using _ = program;
    const browser = browserOf(program.url);
    const id = await browser.newConversation();
    const turn = (await browser.send(id, 'hello')).id;
    await expect.poll(async () => (await browser.turns(id))[0]?.end).toBe('stop');
    await program.kill('SIGKILL');
    await program.startHere();
    expect(await browser.follow(id, turn)).toMatchObject({ text: 'Kept, and not read.', end: 'stop' });
    expect(model.requests).toHaveLength(1);
  });
});

describe('stopped', () => {
  it('it lets answers end that can, and tells their readers so', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('In '), pause(1_500), text('time.'), finish(), done));
    const { program, first } = await ask(model, { half: 'In ', STOP_SECONDS: '5' });
    await using _ = program;
    await program.kill('SIGTERM');
    expect(await first).toMatchObject({ text: 'In time.', end: 'stop' });
  });

  it('it tells the others that it comes back, does not wait for them, and goes on then', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Half'), after(never)), answers('Whole.'), answers('And the next.'));
    const { program, browser, id, turn, first } = await ask(model, { half: 'Half', STOP_SECONDS: '1' });
    await using _ = program;
    const second = (await browser.send(id, 'and this')).id;
    const waiting = browser.follow(id, second);
    const before = performance.now();
    await program.kill('SIGTERM');
    // Parley waits one second for answers to end. Readers that stay would hold it for ever.
    expect(performance.now() - before).toBeLessThan(15_000);
    const restarting = { name: 'status', data: { status: 'restarting' } };
    for (const reader of [await first, await waiting]) {
      expect(reader.end).toBeUndefined();
      expect(reader.events.at(-1)).toEqual(restarting);
    }
    await program.startHere();
    expect(await followToEnd(browser, id, turn, await first)).toMatchObject({ text: 'Whole.', end: 'stop' });
    expect(await followToEnd(browser, id, second, await waiting)).toMatchObject({ text: 'And the next.' });
    expect(await browser.turns(id)).toHaveLength(2);
  });
});
