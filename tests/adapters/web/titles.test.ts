/** A title that came from a message is deleted with the message. */
import { describe, expect, it } from 'vitest';
import { type Browser, startParley } from '../../harness/web.ts';
import { standingIn } from '../../security/stored.ts';

async function says(browser: Browser, conversation: string, text: string): Promise<string> {
  const { id } = await browser.send(conversation, text);
  await browser.follow(conversation, id);
  return id;
}

const title = async (browser: Browser) => (await browser.state()).conversations[0]?.title;
const deletes = (browser: Browser, conversation: string, turn: string) =>
  browser.fetch(`/api/conversations/${conversation}/turns/${turn}`, { method: 'DELETE' });

describe('the title of a conversation', () => {
  it('goes with the message that gave it, and the next one gives another', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const conversation = await browser.newConversation();
    const first = await says(browser, conversation, 'CANARY-first\nand more');
    const second = await says(browser, conversation, 'the second');
    expect(await title(browser)).toBe('CANARY-first');
    await deletes(browser, conversation, first);
    expect(await title(browser)).toBe('the second');
    await expect.poll(() => standingIn(parley.folder, ['CANARY-first'])).toEqual([]);
    await deletes(browser, conversation, second);
    expect(await title(browser)).toBe('New conversation');
  });

  it('stays where a person chose it, or another message is deleted', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const conversation = await browser.newConversation();
    const first = await says(browser, conversation, 'first');
    const second = await says(browser, conversation, 'second');
    await deletes(browser, conversation, second);
    expect(await title(browser)).toBe('first');
    await browser.fetch(`/api/conversations/${conversation}`, { method: 'PATCH', json: { title: 'Mine' } });
    await deletes(browser, conversation, first);
    expect(await title(browser)).toBe('Mine');
  });

  it('does not come back with a deleted message that is sent once more', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const conversation = await browser.newConversation();
    const first = await says(browser, conversation, 'first');
    await deletes(browser, conversation, first);
    const path = `/api/conversations/${conversation}/messages`;
    const again = await browser.fetch(path, { method: 'POST', json: { id: first, text: 'first' } });
    expect(again.status).toBe(200);
    expect(await title(browser)).toBe('New conversation');
  });
});
