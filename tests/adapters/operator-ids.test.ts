/** The operator's ids: what is none of its kind is refused, since it would let in or keep out nobody. */
import { describe, expect, it } from 'vitest';
import { formsOf } from '../../src/adapters/all.ts';
import { readId } from '../../src/core/access/access-lists.ts';

describe('readId', () => {
  it.each([
    ['server', '1234567890123456789', '1234567890123456789'],
    ['server', 'T123', undefined],
    ['server', '12 34', undefined],
    ['server', '', undefined],
    ['workspace', 'T0AB', 'T0AB'],
    ['workspace', 'E0AB', 'E0AB'],
    ['workspace', 't0ab', 'T0AB'],
    ['workspace', 'U0AB', undefined],
    ['workspace', '1234567890123456789', undefined],
    ['workspace', 'my team', undefined],
    ['workspace', 'T0AB:U1', undefined],
    ['person', 'discord:42', 'discord:42'],
    ['person', 'Discord:42', 'discord:42'],
    ['person', 'discord:U1', undefined],
    ['person', 'discord: 42', undefined],
    ['person', 'slack:T1:U1', 'slack:T1:U1'],
    ['person', 'slack:t1:w1', 'slack:T1:W1'],
    ['person', 'slack:U1:T1', undefined],
    ['person', 'slack:U1', undefined],
    ['person', '<@42>', undefined],
    ['person', '42', undefined],
    ['person', 'web:42', undefined],
  ] as const)('takes as a %s %j: %s', (kind, text, id) => {
    const read = readId(formsOf(kind), text);
    expect('id' in read ? read.id : undefined).toBe(id);
  });
});
