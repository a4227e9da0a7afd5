/** Titles that a model writes, where a process dies or another one goes on: each comes, and once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../../lab/counterparts/postgres.ts';
import { browserOf, startParley } from '../../../harness/web.ts';
import { startProgram } from '../program.ts';
import { asks, noneUnderWay, rename, TITLES_ON, titleIn, titleRequests, titles } from './titled.ts';

const MASTER_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const never = new Promise(() => {});
const half = titles(streams(text('Half'), after(never)));

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

describe('a title that is being made', () => {
  it('is made by the next start where the process was killed, and not again by the one after', async () => {
    await using model = await startModelServer();
    model.respond(half);
    await using program = await startProgram(model, TITLES_ON);
    const browser = browserOf(program.url);
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'One');
    await expect.poll(() => titleRequests(model).length).toBe(1);
    await program.kill('SIGKILL');
    model.respond(titles(answers('Made')));
    const env = { OPENAI_BASE_URL: model.url, ...TITLES_ON };
    const next = await startParley(env, program.folder);
    await expect.poll(() => titleIn(browser.at(next.app.url), conversation)).toBe('Made');
    await noneUnderWay(program);
    await next.app.stop();
    await using last = await startParley(env, program.folder);
    const here = browser.at(last.app.url);
    await asks(here, conversation, 'Two');
    expect(await titleIn(here, conversation)).toBe('Made');
    expect(titleRequests(model)).toHaveLength(2);
  });

  it('is left to the next start where Parley is stopped, which does not wait for it', async () => {
    await using model = await startModelServer();
    model.respond(half);
    const first = await startParley({ OPENAI_BASE_URL: model.url, ...TITLES_ON });
    const browser = first.browser();
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'One');
    await expect.poll(() => titleRequests(model).length).toBe(1);
    await first.app.stop();
    model.respond(titles(answers('Made')));
    await using next = await startParley({ OPENAI_BASE_URL: model.url, ...TITLES_ON }, first.folder);
    const here = browser.at(next.app.url);
    await expect.poll(() => titleIn(here, conversation)).toBe('Made');
  });

  it('is given up after three starts that ended in it', async () => {
    await using model = await startModelServer();
    model.respond(half);
    const env = { OPENAI_BASE_URL: model.url, ...TITLES_ON };
    let parley = await startParley(env);
    const browser = parley.browser();
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'One');
    for (const times of [1, 2, 3]) {
      await expect.poll(() => titleRequests(model).length).toBe(times);
      await parley.app.stop();
      parley = await startParley(env, parley.folder);
    }
    await using last = parley;
    await noneUnderWay(last);
    expect(titleRequests(model)).toHaveLength(3);
    expect(await titleIn(browser.at(last.app.url), conversation)).toBe('One');
  });

  it('is made by one of two processes, and the windows of the other learn it', async () => {
    await using model = await startModelServer();
    const env = {
      OPENAI_BASE_URL: model.url,
      STORE_URL: await postgres.database(),
      MASTER_KEYS,
      STOP_SECONDS: '1',
      ...TITLES_ON,
    };
    model.respond(titles(answers('Made')));
    await using a = await startParley(env);
    await using b = await startParley(env);
    const here = a.browser();
    const there = here.at(b.app.url);
    const conversation = await here.newConversation();
    await asks(here, conversation, 'One');
    await asks(there, conversation, 'Two');
    await expect.poll(() => titleIn(there, conversation)).toBe('Made');
    expect(titleRequests(model)).toHaveLength(1);
    await rename(there, conversation, 'Mine');
    await asks(here, conversation, 'Three');
    expect(await titleIn(here, conversation)).toBe('Mine');
    expect(titleRequests(model)).toHaveLength(1);
  });
});
