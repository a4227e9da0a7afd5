/**
 * The counterpart as its own process. It prints one line of JSON with its address, and ends with SIGTERM or when the
 * pipe on its standard input closes.
 * `--delay=MS` sets a round trip, `--twin` adds the twin, `--no-content` switches the message content intent off,
 * `--port=N` sets the port.
 */
import { fstatSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createControl } from './control.ts';
import { startDiscord } from './start.ts';

const { values } = parseArgs({
  options: {
    delay: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    twin: { type: 'boolean', default: false },
    'no-content': { type: 'boolean', default: false },
  },
});

const discord = await startDiscord({
  twin: values.twin,
  port: Number(values.port),
  messageContentAllowed: !values['no-content'],
});
discord.settings.delay = Number(values.delay);
const control = createControl(discord);
await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));

const { url, token, botId, applicationId, guildId, world } = discord;
const channels = Object.fromEntries([...world.channels.values()].map(({ id, name }) => [name, id]));
const users = Object.fromEntries([...world.users.values()].map(({ id, name }) => [name, id]));
const controlUrl = `http://127.0.0.1:${(control.address() as AddressInfo).port}/control`;
console.log(
  JSON.stringify({ url, token, botId, applicationId, guildId, channels, users, control: controlUrl }),
);

async function stop(): Promise<void> {
  control.close();
  control.closeAllConnections();
  await discord.stop();
  process.exit(0);
}

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.once('close', stop).resume();
