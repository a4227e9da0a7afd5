/** Two windows of one session, in one browser and in two: each shows what is said in the other. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  stall,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { gate } from '../../harness/gate.ts';
import { findChromium } from './chromium.ts';
import { articles, box, button, idle, list, log, say, shows } from './on-page.ts';
import { openTwo, record, said, sendAll, startWindows, titles } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'two windows of the page'
  : 'two windows of the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

/** Whether `part` is `whole` with some elements left out. */
function isPartOf(part: string[], whole: string[]): boolean {
  let place = -1;
  return part.every((each) => {
    place = whole.indexOf(each, place + 1);
    return place >= 0;
  });
}

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;

  it('show what is said in the other at once, while it grows, and in order', async () => {
    const { a, b } = await openTwo(windows);
    const rest = gate();
    windows.model.respond(
      streams(text('So far'), after(rest.opened), text(', so good.'), finish(), done),
      answers('Two.'),
    );
    await say(a, 'One?');
    await shows(b, 'So far');
    await button(b, 'Stop').waitFor();
    await say(b, 'Two?');
    await expect.poll(() => said(a)).toEqual(['Hi', 'Hello.', 'One?', 'So far', 'Two?', expect.anything()]);
    rest.open();
    for (const page of [a, b]) {
      await shows(page, 'Two.');
      await idle(page);
      expect(await said(page)).toEqual(['Hi', 'Hello.', 'One?', 'So far, so good.', 'Two?', 'Two.']);
    }
  });

  it('are as one in two browsers with the same session', async () => {
    const { a, context } = await openTwo(windows);
    const other = await newContext();
    await other.addCookies(await context.cookies());
    const b = await open(other);
    await shows(b, 'Hello.');
    windows.model.respond(answers('To both.'));
    await say(a, 'For both');
    await shows(b, 'To both.');
    windows.model.respond(answers('And back.'));
    await say(b, 'From there');
    for (const page of [a, b]) await shows(page, 'And back.');
    expect(await said(a)).toEqual(await said(b));
  });

  it('never show a conversation that never was, though one hears of nothing and answers are slow', async () => {
    const { a, b } = await openTwo(windows);
    windows.model.respond(answers('Heard.'));
    // B's connection is silent from now on, so B does not know what is said in A.
    await b.route('**/events?*', () => {});
    await b.reload();
    await shows(b, 'Hello.');
    const seen = await record(b);
    await say(a, 'Said first');
    await shows(a, 'Heard.');
    expect(await said(b)).not.toContain('Said first');
    await say(b, 'Said second');
    await expect.poll(() => said(b)).toContain('Said second');
    await expect.poll(() => said(b)).toContain('Said first');
    await shows(a, 'Heard.');
    const whole = ['Hi', 'Said first', 'Said second'];
    for (const each of await seen()) {
      expect(isPartOf(each, whole)).toBe(true);
      expect(new Set(each).size).toBe(each.length);
    }
  });

  it('that send at once show both messages in one order, each once', async () => {
    const { a, b } = await openTwo(windows);
    windows.model.respond(answers('Yes.'));
    const orders = [await record(a), await record(b)];
    // A's message is accepted, but A hears of it late.
    await a.route('**/messages', async (route) => {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.fulfill({ response });
    });
    await Promise.all([say(a, 'From A'), say(b, 'From B')]);
    for (const page of [a, b]) await expect.poll(() => articles(page).count()).toBe(6);
    for (const page of [a, b]) await idle(page);
    await expect.poll(async () => (await said(a)).join()).toBe((await said(b)).join());
    const whole = (await orders[0]?.())?.at(-1) ?? [];
    expect(whole).toHaveLength(3);
    for (const order of orders) {
      for (const each of await order()) {
        // A message that is still being sent is shown last, wherever it ends up.
        expect(isPartOf(each, whole) || isPartOf(each.slice(0, -1), whole)).toBe(true);
        expect(new Set(each).size).toBe(each.length);
      }
    }
  });

  it('see an answer made again, from its beginning', async () => {
    const { a, b } = await openTwo(windows);
    const rest = gate();
    windows.model.respond(streams(text('New'), after(rest.opened), text(' words.'), finish(), done));
    await button(a, 'Regenerate').click();
    await expect.poll(() => said(b)).toEqual(['Hi', 'New']);
    rest.open();
    await expect.poll(() => said(b)).toEqual(['Hi', 'New words.']);
    await idle(b);
    await expect.poll(() => said(a)).toEqual(['Hi', 'New words.']);
    await idle(a);
  });

  it('see a turn go that is deleted in the other, and what is said next stays in order', async () => {
    const { a, b } = await openTwo(windows);
    windows.model.respond(answers('Second.'));
    await say(a, 'Again');
    await shows(b, 'Second.');
    await idle(b);
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).click();
    await articles(a).nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => said(b)).toEqual(['Again', 'Second.']);
    windows.model.respond(answers('Third.'));
    await say(b, 'Once more');
    await shows(a, 'Third.');
    expect(await said(a)).toEqual(['Again', 'Second.', 'Once more', 'Third.']);
  });

  it('see a turn go that stands far above', async () => {
    const { a, b, context } = await openTwo(windows);
    windows.model.respond(answers('Aye.'));
    const url = a.url();
    // Windows that are shown would draw every answer.
    for (const page of [a, b]) await page.goto('about:blank');
    await sendAll(
      url,
      context,
      Array.from({ length: 55 }, (_, i) => `Number ${i}`),
    );
    for (const page of [a, b]) {
      await page.goto(url);
      await articles(page).first().waitFor();
      await log(page).evaluate((box) => box.scrollTo({ top: 0 }));
      await expect.poll(() => articles(page).count()).toBe(112);
    }
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).click();
    await articles(a).nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
    for (const page of [a, b]) {
      await expect.poll(() => articles(page).count()).toBe(110);
      expect(await articles(page).first().innerText()).toBe('Number 0');
    }
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).waitFor();
    expect(await said(a)).toEqual(await said(b));
  });

  it('on the start page open what is begun in the other, unless something is written there', async () => {
    const context = await newContext();
    const [a, b, c] = [await open(context), await open(context), await open(context)];
    await box(c).fill('My own');
    windows.model.respond(answers('Begun.'));
    await say(a, 'Begin');
    await shows(b, 'Begun.');
    expect(b.url()).toBe(a.url());
    await expect.poll(() => titles(c)).toEqual(['Begin']);
    expect(await box(c).inputValue()).toBe('My own');
    expect(await articles(c).count()).toBe(0);
  });

  it('stop each other’s answers, and offer the same buttons under what is left', async () => {
    const { a, b } = await openTwo(windows);
    windows.model.respond(streams(text('Half'), stall));
    await say(a, 'Go');
    await shows(b, 'Half');
    await button(b, 'Stop').click();
    const actions = (page: Page) => articles(page).last().getByRole('button').allInnerTexts();
    for (const page of [a, b]) {
      await shows(page, 'Stopped.');
      await expect.poll(() => actions(page)).toEqual(['', '', 'Try again', 'Continue', '']);
    }
    await a.reload();
    await shows(a, 'Stopped.');
    expect(await actions(a)).toEqual(await actions(b));
  });

  it('have one list: begun, renamed, moved up and deleted in one, seen in the other', async () => {
    const { a, b } = await openTwo(windows);
    windows.model.respond(answers('Sure.'));
    await a.getByRole('button', { name: 'New conversation' }).click();
    await say(a, 'Another one');
    await shows(a, 'Sure.');
    await expect.poll(() => titles(b)).toEqual(['Another one', 'Hi']);
    await say(b, 'On top again');
    await expect.poll(() => titles(a)).toEqual(['Hi', 'Another one']);
    await button(b, 'Rename Hi').click();
    await b.keyboard.type('Greetings');
    await b.keyboard.press('Enter');
    await expect.poll(() => titles(a)).toEqual(['Greetings', 'Another one']);
    await list(a).getByText('Greetings').click();
    await expect.poll(() => a.getByRole('heading', { level: 1 }).innerText()).toBe('Greetings');
    await box(a).fill('Half a thought');
    await button(b, 'Delete Greetings').click();
    await list(b).getByRole('button', { name: 'Delete', exact: true }).click();
    await a.getByText('That conversation is not here any more').waitFor();
    expect(await box(a).inputValue()).toBe('Half a thought');
    expect(await titles(a)).toEqual(['Another one']);
    expect(await articles(a).count()).toBe(0);
    await button(a, 'Dismiss').click();
    expect(await a.getByText('That conversation is not here any more').count()).toBe(0);
  });
});
