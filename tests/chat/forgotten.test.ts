import { GatewayDispatchEvents as Event, type GatewayDispatchPayload, REST } from 'discord.js';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/adapters/discord/reading/directory.ts';
import { placeOf, placesAround } from '../../src/chat/conversation-ids.ts';
import { createForgottenReading } from '../../src/chat/forgotten.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createForgottenMarks } from '../../src/store/tables/forgotten-marks.ts';

const CHANNEL = 'chat:server:channel';
const THREAD = `${CHANNEL}:thread`;

async function forgotten(
  places: [string, Parameters<ReturnType<typeof createForgottenMarks>['change']>[1]][],
) {
  const marks = createForgottenMarks(createKeyvStore(new Keyv()));
  for (const [place, change] of places) await marks.change(place, change);
  const reading = createForgottenReading({ marks, idAt: (time) => String(time) });
  return (conversation: string) => reading.at(placesAround(conversation), 'bot');
}

describe('what was forgotten at a place', () => {
  it('counts in all that is within it, and not beside or above it', async () => {
    const at = await forgotten([[CHANNEL, { all: { at: 0, id: '100' } }]]);
    for (const conversation of [CHANNEL, THREAD, `${THREAD}:@ada`, `${CHANNEL}:@ada`]) {
      const there = await at(conversation);
      expect([
        there.itself({ id: '100', author: 'ada' }),
        there.itself({ id: '101', author: 'ada' }),
      ]).toEqual([true, false]);
    }
    for (const conversation of ['chat:server:channel2', 'chat:server', 'chat:server2:channel'])
      expect((await at(conversation)).asHistory({ id: '1', author: 'ada' })).toBe(false);
  });

  it('by one person is theirs alone, with what Parley said; history is nobody’s', async () => {
    const mark = { at: 0, id: '100' };
    const at = await forgotten([[THREAD, { history: mark, people: { ada: mark } }]]);
    const there = await at(THREAD);
    const itself = (author: string) => there.itself({ id: '99', author });
    expect(['ada', 'bot', 'ben', 'constructor'].map(itself)).toEqual([true, true, false, false]);
    expect(there.asHistory({ id: '99', author: 'ben' })).toBe(true);
    expect(there.historyUntil).toBe('100');
  });

  it('is told by the newest mark, by the time where it has no id, and by length before digits', async () => {
    const at = await forgotten([
      ['chat:server', { all: { at: 500 } }],
      [CHANNEL, { history: { at: 0, id: '99' } }],
    ]);
    const there = await at(CHANNEL);
    expect(there.historyUntil).toBe('500');
    expect(there.asHistory({ id: '1000', author: 'ada' })).toBe(false);
    expect(there.asHistory({ id: '499', author: 'ada' })).toBe(true);
  });
});

describe('the place of a command', () => {
  it('holds what is within it, and tells whose own each is', () => {
    const { id, part } = placeOf(`${CHANNEL}:@ada`, { kind: 'channel', isShared: true });
    expect(id).toBe(CHANNEL);
    expect([CHANNEL, THREAD, `${THREAD}:@ben`, `${CHANNEL}:@ada`].map(part)).toEqual([
      {},
      {},
      { person: 'ben' },
      { person: 'ada' },
    ]);
    for (const other of ['chat:server', `${CHANNEL}2`, `${CHANNEL}2:thread`])
      expect(part(other)).toBeUndefined();
  });

  it('is the tenant’s own where that is a person', () => {
    expect(placeOf('discord:@ada:dm', { kind: 'conversation', isShared: false }).id).toBe('discord:@ada:dm');
    expect(placesAround('discord:@ada:dm')).toEqual(['discord:@ada', 'discord:@ada:dm', 'discord:@ada:dm']);
  });
});

it('the newest message of a channel on Discord is the last that was heard of, whatever is delivered again', () => {
  const directory = createDirectory(new REST());
  const hear = (id: string) => {
    const event = { t: Event.MessageCreate, d: { id, channel_id: 'c' } };
    directory.see(event as unknown as GatewayDispatchPayload);
  };
  expect(directory.newestIn('c')).toBeUndefined();
  for (const id of ['99', '101', '100']) hear(id);
  expect(directory.newestIn('c')).toBe('101');
});
