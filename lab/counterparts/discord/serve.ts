/**
 * The counterpart as its own process. It prints one line of JSON with its address, and ends with SIGTERM or when the
 * pipe on its standard input closes.
 * `--delay=MS` sets a round trip, `--twin` adds the twin, `--no-content` switches the message content intent off,
 * `--port=N` sets the port.
 */
import { parseArgs } from 'node:util';
import { serveControl } from '../own-process.ts';
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
const control = await serveControl(createControl(discord), discord.stop);

const { url, token, botId, applicationId, guildId, world } = discord;
const channels = Object.fromEntries([...world.channels.values()].map(({ id, name }) => [name, id]));
const users = Object.fromEntries([...world.users.values()].map(({ id, name }) => [name, id]));
console.log(JSON.stringify({ url, token, botId, applicationId, guildId, channels, users, control }));
