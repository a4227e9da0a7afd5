/** The page in a real browser while Parley is killed, stopped, away for a while and back. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  pause,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startParley } from '../../harness/web.ts';
import { untilKept } from '../kept-rows.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, idle, loaded, say, shows } from './on-page.ts';
import { type Program, startProgram } from './program.ts';

const executable = findChromium();
const title = executable
  ? 'the page, when Parley dies,'
  : 'the page, when Parley dies, (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const never = new Promise(() => {});
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const said = (page: Page) => articles(page).last().innerText();

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let program: Program;
  /** The program, or the Parley of a test that lets it live. */
  let started: AsyncDisposable | undefined;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await here?.context.close();
    await started?.[Symbol.asyncDispose]();
    await model?.stop();
  });

  async function open(env: Record<string, string> = {}): Promise<Page> {
    model = await startModelServer();
    program = await startProgram(model, env);
    started = program;
    return openAt(program.url);
  }
  /** The same where Parley does not die, and so runs in this process. */
  async function openLiving(): Promise<Page> {
    model = await startModelServer();
    const parley = await startParley({ OPENAI_BASE_URL: model.url });
    started = parley;
    return openAt(parley.app.url);
  }
  async function openAt(url: string): Promise<Page> {
    here = await visit(browser, url);
    await loaded(here.page);
    return here.page;
  }
  const pageErrors = () => here.complaints.filter((complaint) => complaint.startsWith('page error'));

  it('goes on by itself to the whole answer, which never shrinks and is there once', async () => {
    const page = await open();
    const half = 'One sentence that is a good deal longer than the beginning of the next. ';
    model.respond(
      streams(text(half), after(never)),
      streams(text('All '), pause(700), text('of it, '), pause(700), text(half), finish(), done),
    );
    await say(page, 'Tell me');
    await shows(page, half.trim());
    await untilKept(program.folder, half.trim());
    await program.kill('SIGKILL');
    await shows(page, 'Reconnecting');
    expect(await said(page)).toContain(half.trim());
    // Records the look of the page at each paint from now on.
    await page.evaluate(`
      window.lengths = [];
      const answer = [...document.querySelectorAll('article')].at(-1);
      new MutationObserver(() => lengths.push(answer.querySelector('.prose')?.textContent.length ?? 0))
        .observe(answer, { childList: true, subtree: true, characterData: true });
    `);
    await program.startHere();
    await shows(page, 'All of it, One sentence');
    await idle(page);
    expect(Math.min(...(await page.evaluate<number[]>('lengths')))).toBeGreaterThanOrEqual(
      half.trim().length,
    );
    expect(await articles(page).count()).toBe(2);
    expect(await said(page)).not.toContain('interrupted');
    await page.reload();
    await shows(page, 'All of it, One sentence');
    expect(await articles(page).count()).toBe(2);
    expect(pageErrors()).toEqual([]);
  });

  it('goes on by itself after Parley was away for ten seconds', async () => {
    const page = await open();
    model.respond(streams(text('Half of it.'), after(never)), answers('All of it, at last.'));
    await say(page, 'Tell me');
    await shows(page, 'Half of it.');
    await untilKept(program.folder, 'Half of it.');
    await program.kill('SIGKILL');
    await rest(10_000);
    await shows(page, 'Reconnecting');
    await program.startHere();
    await shows(page, 'All of it, at last.');
    await idle(page);
    expect(pageErrors()).toEqual([]);
  });

  it('says that Parley is being restarted, and goes on when it is back', async () => {
    const page = await open({ STOP_SECONDS: '0' });
    model.respond(streams(text('Half of it.'), after(never)), answers('All of it.'));
    await say(page, 'Tell me');
    await shows(page, 'Half of it.');
    await program.kill('SIGTERM');
    await shows(page, 'This answer goes on when it is back.');
    await rest(2_500);
    expect(await said(page)).toContain('This answer goes on when it is back.');
    await program.startHere();
    await shows(page, 'All of it.');
    await idle(page);
    expect(await said(page)).not.toContain('restarted');
  });

  it('sends a message that was written meanwhile once Parley is back, once, and says so until then', async () => {
    const page = await open();
    model.respond(answers('First.'), answers('Second.'));
    await say(page, 'One');
    await shows(page, 'First.');
    await idle(page);
    await program.kill('SIGKILL');
    await say(page, 'Two');
    await page.getByText('Not sent yet').waitFor();
    expect(await box(page).inputValue()).toBe('');
    expect(await said(page)).toContain('Two');
    await rest(2_000);
    await program.startHere();
    await shows(page, 'Second.');
    await idle(page);
    expect(await page.getByText('Not sent yet').count()).toBe(0);
    expect(await articles(page).count()).toBe(4);
    expect(model.requests).toHaveLength(2);
  });

  it('sends a message whose acceptance was not heard of as the same one', async () => {
    const page = await openLiving();
    model.respond(answers('Only once.'));
    let lost = 0;
    await page.route('**/messages', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    await say(page, 'Hello');
    await shows(page, 'Only once.');
    await idle(page);
    await page.reload();
    await shows(page, 'Only once.');
    expect(await articles(page).count()).toBe(2);
    expect(model.requests).toHaveLength(1);
  });

  it('keeps the first message of a conversation through a reload, and makes one conversation of it', async () => {
    const page = await openLiving();
    model.respond(answers('Here I am.'));
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.route('**/messages', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await say(page, 'Are you there?');
    await page.getByText('Not sent yet').waitFor();
    await page.unroute('**/messages');
    await page.reload();
    await shows(page, 'Here I am.');
    await idle(page);
    expect(await page.getByRole('navigation').getByRole('listitem').count()).toBe(1);
    expect(await articles(page).count()).toBe(2);
  });

  it('begins by itself where Parley was away when it was opened, and says so no longer', async () => {
    const page = await openLiving();
    model.respond(answers('Hello.'));
    await say(page, 'Hi');
    await shows(page, 'Hello.');
    await idle(page);
    for (const path of ['**/api/state', '**/api/conversations/*']) {
      let failures = 0;
      await page.route(path, (route) =>
        failures++ < 2 ? route.abort('connectionrefused') : route.continue(),
      );
      await page.reload();
      await page.getByText('Parley cannot be reached').waitFor();
      await shows(page, 'Hello.');
      expect(await page.getByText('Parley cannot be reached').count()).toBe(0);
      expect(await box(page).count()).toBe(1);
    }
  });

  it('gives back what is not sent yet', async () => {
    const page = await open();
    await program.kill('SIGKILL');
    await say(page, 'Never mind');
    await button(page, 'Take back').click();
    expect(await box(page).inputValue()).toBe('Never mind');
    expect(await articles(page).count()).toBe(0);
    await program.startHere();
    await rest(2_000);
    expect(await articles(page).count()).toBe(0);
    expect(model.requests).toHaveLength(0);
  });

  it('tries again where a connection is dead and nobody says so', async () => {
    const page = await openLiving();
    await page.clock.install();
    model.respond(answers('Here it is.'));
    let asked = 0;
    await page.route('**/events?*', (route) => (asked++ === 0 ? undefined : route.continue()));
    await say(page, 'Tell me');
    await expect.poll(() => asked).toBe(1);
    await page.clock.fastForward(30_000);
    expect(asked).toBe(1);
    await page.clock.fastForward(16_000);
    await shows(page, 'Here it is.');
  });

  it('follows an answer that goes on after a restart when it is opened only then', async () => {
    const page = await open();
    model.respond(
      streams(text('Half of it.'), after(never)),
      streams(pause(1_500), text('All of it.'), finish(), done),
    );
    await say(page, 'Tell me');
    await shows(page, 'Half of it.');
    await untilKept(program.folder, 'Half of it.');
    await program.kill('SIGKILL');
    await program.startHere();
    await page.reload();
    await button(page, 'Stop').waitFor();
    await shows(page, 'All of it.');
    await idle(page);
  });
});
