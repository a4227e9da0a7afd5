/** Messages of one person in a minute. */
import { describe, expect, it } from 'vitest';
import { type CountedMessages, countMessage, type SentMessage } from '../../src/core/access/message-rate.ts';

/** Counts one after another, three a minute; what is refused is the seconds to wait. */
function count(...messages: SentMessage[]): (number | 'yes')[] {
  let sent: CountedMessages | undefined;
  return messages.map((message) => {
    const counted = countMessage(sent, message, 3);
    sent = counted.sent;
    return counted.wait?.seconds ?? 'yes';
  });
}
const at = (...seconds: number[]) => seconds.map((one, i) => ({ id: `${i}`, at: one * 1_000 }));

describe('messages of one person', () => {
  it('are answered up to the limit in any minute, then again when the oldest is a minute old', () => {
    expect(count(...at(100, 110, 120, 130, 159, 160, 161, 169, 170))).toEqual([
      'yes',
      'yes',
      'yes',
      30,
      1,
      'yes',
      9,
      1,
      'yes',
    ]);
  });

  it('that were missed count when they were sent, not when they are read', () => {
    expect(count(...at(0, 60, 120, 180, 240, 300, 360))).toEqual(Array(7).fill('yes'));
  });

  it('count in whatever order they come', () => {
    expect(count(...at(120, 110, 100, 115))).toEqual(['yes', 'yes', 'yes', 45]);
    expect(count(...at(500, 20, 30, 40, 510))).toEqual(['yes', 'yes', 'yes', 'yes', 'yes']);
  });

  it('count once, however often they are delivered', () => {
    const [one = { id: '', at: 0 }] = at(100);
    expect(count(one, one, one, one, one)).toEqual(Array(5).fill('yes'));
  });

  it('that must wait are told so once until one is answered', () => {
    let sent: CountedMessages | undefined;
    const told = at(0, 0, 0, 1, 2, 60, 60, 60, 61).map((message) => {
      const counted = countMessage(sent, message, 3);
      sent = counted.sent;
      return counted.wait?.isFirst;
    });
    expect(told).toEqual([
      undefined,
      undefined,
      undefined,
      true,
      false,
      undefined,
      undefined,
      undefined,
      true,
    ]);
  });

  it('that must wait elsewhere are told so there too', () => {
    let sent: CountedMessages | undefined;
    const told = ['a', 'a', 'a', 'a', 'b', 'b', 'a', 'c'].map((place, i) => {
      const counted = countMessage(sent, { id: `${i}`, at: 1_000, place }, 3);
      sent = counted.sent;
      return counted.wait?.isFirst;
    });
    expect(told).toEqual([undefined, undefined, undefined, true, true, false, false, true]);
  });
});
