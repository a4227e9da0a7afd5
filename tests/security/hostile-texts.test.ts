/** No text that people, servers or models write holds up the process, however it is put together. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cpuTime } from '../cpu-time.ts';
import { onDiscord, onSlack } from './parley-on.ts';
import { bestTime } from './patterns.ts';
import { ANSWERS, hostileTexts, LENGTH, MODELS, PEOPLES } from './readers.ts';

/** Milliseconds of a processor for one message, one refusal or one piece of an answer. */
const MOST_MS = 50;
/** For a whole answer at once, which is 50 messages on Discord; it comes in many steps, each quicker than this. */
const MOST_ANSWER_MS = 500;

/** The shares of its length at which a text is tried first. An eighth is longer than a message on Slack. */
const SHARES = [1 / 8, 1 / 3];
const TEXTS = [...hostileTexts()];
const SHORTER = SHARES.map((share) => ({
  texts: [...hostileTexts(LENGTH * share)].map(([, text]) => text),
  /** The share of its time that a quadratic reader takes for a text of this length. */
  time: share ** 2,
}));

interface Limits {
  /** Milliseconds of a processor that a text may take. */
  most: number;
  /** Each text of this prime number is read whole in any case, since a reader may treat long texts differently. */
  everyWhole: number;
}

function slowOf(read: (text: string) => unknown, { most, everyWhole }: Limits): string[] {
  const isQuick = (index: number) =>
    SHORTER.some(({ texts, time }) => cpuTime(() => void read(texts[index] ?? '')) <= most * time);
  const slow: string[] = [];
  for (const [index, [name, text]] of TEXTS.entries()) {
    if (index % everyWhole > 0 && isQuick(index)) continue;
    const ms = bestTime(most, () => void read(text));
    if (ms > most) slow.push(`${Math.round(ms)} ms for ${name}`);
  }
  return slow;
}

describe('100,000 characters that are hard to read', () => {
  it.each(Object.entries({ ...PEOPLES, ...MODELS }))('%s takes no longer for them', (_, read) => {
    expect(slowOf(read, { most: MOST_MS, everyWhole: 11 })).toEqual([]);
  });

  it.each(Object.entries(ANSWERS))('%s takes no longer for them', (_, read) => {
    expect(slowOf(read, { most: MOST_ANSWER_MS, everyWhole: 29 })).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('a message that took seconds', () => {
  /** The time that processors spent on the process so far, ms (proc_pid_stat(5): clock ticks of 10 ms). */
  function spentBy(pid: number): number {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    const [user = 0, system = 0] = rest.split(' ').slice(11, 13).map(Number);
    return (user + system) * 10;
  }

  const SPACES = ' '.repeat(39_000);
  const HOSTILE = (mention: string, half: string) => [
    `${mention} stop${SPACES}x`,
    `${mention} forget${SPACES}!${SPACES}x`,
    half.repeat(5_571),
    `${mention}${half.repeat(5_571)}`,
    `${SPACES}${mention}${SPACES}x`,
    `${mention} ${`${mention} `.repeat(3_000)}${SPACES}x`,
  ];

  it('takes none on Slack', async () => {
    await using parley = await onSlack({ isProgram: true });
    const { slack, pid } = parley;
    const before = spentBy(pid());
    const texts = HOSTILE(slack.mention, slack.mention.replace('>', '|'));
    for (const text of texts) slack.user('ada').says('general', text);
    slack.user('bob').says('general', `${slack.mention} still there?`);
    await expect.poll(() => parley.sent().join()).toContain('still there?');
    expect(spentBy(pid()) - before).toBeLessThan(1_500);
  });

  it('takes none on Discord', async () => {
    await using parley = await onDiscord({ isProgram: true });
    const { discord, botId, pid } = parley;
    const channel = discord.channel('general');
    const before = spentBy(pid());
    for (const text of HOSTILE(`<@${botId}>`, `<@${botId}`)) discord.user('ada').says(channel, text);
    discord.user('bob').says(channel, `<@${botId}> still there?`);
    await expect.poll(() => parley.sent().join()).toContain('still there?');
    expect(spentBy(pid()) - before).toBeLessThan(1_500);
  });
});
