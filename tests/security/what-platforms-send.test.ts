/** A Discord and a Slack that send more over their sockets than there is memory for, to the real program. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { onDiscord, onSlack } from './parley-on.ts';

const MB = 2 ** 20;
const isLinux = process.platform === 'linux';

/** The most memory that the process has ever had, MB. */
function peakOf(pid: number): number {
  const [, kilobytes = ''] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** JSON that takes forty times as much memory when it is read. */
const nested = (start: string, megabytes: number) => `${start}[${'{},'.repeat((megabytes * MB) / 3)}{}]}`;

it.runIf(isLinux).each([
  ['an event of 60 MB that becomes gigabytes', 60, 300, /too large: left out/],
  ['a message that unpacks to 300 MB', 300, 450, /WS_ERR_UNSUPPORTED_MESSAGE_LENGTH/],
])('a Discord that sends %s takes no memory, and is answered on', async (_, megabytes, most, reason) => {
  await using parley = await onDiscord({ isProgram: true });
  const { discord, botId } = parley;
  const before = peakOf(parley.pid());
  discord.gateway.sendFrame(nested('{"op":0,"t":"MESSAGE_CREATE","s":1000,"d":', megabytes));
  await expect.poll(() => parley.output()).toMatch(reason);
  await discord.waitFor(() => discord.gateway.connected > 0);
  discord.user('ada').says(discord.channel('general'), `<@${botId}> still there?`);
  await expect.poll(() => parley.sent().at(-1)).toContain('still there?');
  expect(peakOf(parley.pid()) - before).toBeLessThan(most);
});

it.runIf(isLinux).each([20, 300])(
  'a Slack that sends a message of %s MB takes no memory, and is answered on',
  async (megabytes) => {
    await using parley = await onSlack({ isProgram: true });
    const { slack } = parley;
    const before = peakOf(parley.pid());
    const { connections } = slack.stats;
    slack.socketMode.sendFrame(nested('{"type":"events_api","envelope_id":"e","payload":', megabytes));
    await expect.poll(() => slack.stats.connections).toBeGreaterThan(connections);
    expect(parley.output()).toMatch(/brought a message that is too large/);
    slack.user('ada').says('general', `<@${slack.botUserId}> still there?`);
    await expect.poll(() => parley.sent().at(-1)).toContain('still there?');
    expect(peakOf(parley.pid()) - before).toBeLessThan(150);
  },
);
