/** Finding a person's direct messages among those of a whole workspace. */
import { expect, it } from 'vitest';
import { dmTopic } from '../../src/adapters/dm-topic.ts';
import { createPersonalMessages } from '../../src/adapters/personal-messages.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { StoredTurn } from '../../src/core/storage.ts';

const OWN = 'slack:T1:D1:1.0';
const LATER = 'slack:T1:D1:2.0';

function workspace() {
  const looks: string[] = [];
  const conversations = new Map([
    [OWN, 'U1'],
    ['slack:T1:D2:1.0', 'U2'],
  ]);
  let isAway = false;
  let tell: (topic: string) => void = () => {};
  const { list } = createPersonalMessages({
    transcripts: {
      async list(tenant, beginning) {
        looks.push(`${tenant}:${beginning}`);
        if (isAway) throw new StoreError('away');
        return [...conversations.keys()];
      },
      read: async (conversation) => ({
        turns: [{ message: { author: { id: conversations.get(conversation) } } } as StoredTurn],
        bytes: 0,
        more: false,
      }),
    },
    topics: {
      onTold(listener) {
        tell = listener;
        return () => {};
      },
    },
    adapters: () => [],
  });
  return {
    looks,
    conversations,
    own: () => list('slack', 'T1:U1'),
    tell: (topic: string) => tell(topic),
    away(is: boolean) {
      isAway = is;
    },
  };
}

it('looks through the direct messages of a workspace once, and hears of new ones', async () => {
  const { looks, conversations, own, tell } = workspace();
  expect(await own()).toEqual([OWN]);
  conversations.set(LATER, 'U1');
  tell(dmTopic({ platform: 'slack', subject: 'T1:U2', conversation: 'slack:T1:D2:3.0' }));
  tell(dmTopic({ platform: 'slack', subject: 'T1:U1', conversation: LATER }));
  tell(dmTopic({ platform: 'slack', subject: 'T1:U1', conversation: LATER }));
  expect(await own()).toEqual([OWN, LATER]);
  expect(looks).toEqual(['slack:T1:D']);
});

it('looks again once it may have missed one', async () => {
  const { looks, conversations, own, tell } = workspace();
  await own();
  conversations.set(LATER, 'U1');
  tell('');
  expect(await own()).toEqual([OWN, LATER]);
  expect(looks).toHaveLength(2);
});

it('looks again after the store was away, also when it heard of a new one meanwhile', async () => {
  const { own, tell, away } = workspace();
  away(true);
  const failed = own();
  tell(dmTopic({ platform: 'slack', subject: 'T1:U1', conversation: LATER }));
  await expect(failed).rejects.toThrow(StoreError);
  away(false);
  await expect.poll(own).toEqual([OWN]);
});
