/** The title of a link goes with the message that it repeats. */
import { expect, it } from 'vitest';
import type { SharedPage, ShareLink } from '../../../src/adapters/web/api/share.ts';
import { type Browser, startParley } from '../../harness/web.ts';

async function says(browser: Browser, conversation: string, text: string): Promise<string> {
  const { id } = await browser.send(conversation, text);
  await browser.follow(conversation, id);
  return id;
}

it('does not repeat a message that was deleted, and stays where a person chose it', async () => {
  await using parley = await startParley();
  const browser = parley.browser();
  const id = await browser.newConversation();
  const first = await says(browser, id, 'the first');
  await says(browser, id, 'the second');
  const share = async () => {
    const response = await browser.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
    return ((await response.json()) as ShareLink).id;
  };
  const titleOf = async (link: string) =>
    ((await (await fetch(`${parley.app.url}/share/${link}/turns`)).json()) as SharedPage).title;
  const repeating = await share();
  await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'Mine' } });
  const chosen = await share();
  expect([await titleOf(repeating), await titleOf(chosen)]).toEqual(['the first', 'Mine']);
  await browser.fetch(`/api/conversations/${id}/turns/${first}`, { method: 'DELETE' });
  expect([await titleOf(repeating), await titleOf(chosen)]).toEqual(['the second', 'Mine']);
});
