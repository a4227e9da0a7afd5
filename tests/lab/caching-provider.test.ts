/** The provider of `npm run bench -- context` bills as OpenAI's documents say (guides/prompt-caching). */
import { describe, expect, it } from 'vitest';
import { bill, type WireMessage } from '../../lab/bench/context/caching-provider.ts';

/** Messages of so many tokens each, all different. */
const prompt = (...tokens: number[]): WireMessage[] =>
  tokens.map((count, i) => ({ role: 'user', content: `${i}`.padEnd((count - 4) * 4, 'x') }));

const tokensOf = (messages: WireMessage[], cache: Set<string>) => {
  const { input, cached, cacheWrite } = bill(messages, '', cache);
  return { input, cached, cacheWrite };
};

describe('a provider with a prompt cache', () => {
  it('caches steps of 128 tokens from 1,024 tokens on', () => {
    const cache = new Set<string>();
    expect(tokensOf(prompt(1_023), cache)).toEqual({ input: 1_023, cached: 0, cacheWrite: 0 });
    expect(tokensOf(prompt(1_100), cache)).toEqual({ input: 1_100, cached: 0, cacheWrite: 1_024 });
    expect(tokensOf(prompt(1_100, 200), cache)).toEqual({ input: 1_300, cached: 1_024, cacheWrite: 256 });
    expect(tokensOf(prompt(1_100, 200), cache)).toEqual({ input: 1_300, cached: 1_280, cacheWrite: 0 });
  });

  it('finds nothing behind a change, and nothing where less than 1,024 tokens are the same', () => {
    const cache = new Set<string>();
    tokensOf(prompt(1_000, 1_000, 1_000), cache);
    const [first, second, third] = prompt(1_000, 1_000, 1_000);
    const other = { role: 'user', content: 'y'.repeat(3_984) };
    if (!first || !second || !third) throw new Error('no prompt');
    expect(tokensOf([first, second, other], cache).cached).toBe(1_920);
    expect(tokensOf([first, other, third], cache).cached).toBe(0);
    expect(tokensOf([other, second, third], cache).cached).toBe(0);
  });

  it('bills each token once, at its own price', () => {
    const cache = new Set<string>();
    expect(bill(prompt(1_100), 'four', cache)).toMatchObject({
      promptCost: (76 * 0.1 + 1_024 * 0.125) / 1e6,
      outputCost: 0.5 / 1e6,
    });
    expect(bill(prompt(1_100), '', cache).promptCost).toBe((76 * 0.1 + 1_024 * 0.01) / 1e6);
  });
});
