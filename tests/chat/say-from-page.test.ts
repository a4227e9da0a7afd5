/** Messages that a person says at the page in their direct messages meet the rules of today, whenever they were first said. */
import { expect, it, vi } from 'vitest';
import { createSayFromPage, type SayFromPageOptions } from '../../src/chat/inbox/say-from-page.ts';

const CONVERSATION = 'discord:@1:2';
const said = { id: 'a-message', conversation: CONVERSATION, author: '1', text: 'Again?', at: 1 };

function sayer(access: 'yes' | 'person', notice?: string) {
  const begin = vi.fn<SayFromPageOptions['answering']['begin']>(async () => 'new');
  const say = createSayFromPage({
    callerOf: async () => ({
      tenant: 'discord:@1',
      location: undefined,
      settings: { keys: {} },
      isAdmin: false,
      namedRoles: [],
      access,
      isAddressed: true,
    }),
    personOf: ({ author }) => author,
    refusals: { noticeFor: () => 'No.' },
    // The record of an answer outlives its turn.
    records: { read: async () => ({ conversation: CONVERSATION, asker: '1', ids: [], round: 1 }) },
    answering: { begin },
    rate: { count: async () => undefined },
    spendingDoor: { refusalOf: async () => notice },
  });
  return { say, begin };
}

it('is refused to somebody who was blocked since, also by the id of a message that was taken before', async () => {
  const { say, begin } = sayer('person');
  expect(await say(said)).toEqual({ refused: 'access', notice: 'No.' });
  expect(begin).not.toHaveBeenCalled();
});

it('meets the limits of now by such an id, too', async () => {
  const { say, begin } = sayer('yes', 'Nothing is left.');
  expect(await say(said)).toEqual({ refused: 'limits', notice: 'Nothing is left.' });
  expect(begin).not.toHaveBeenCalled();
});
