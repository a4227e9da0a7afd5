/**
 * The counterpart as its own process. It prints one line of JSON with its address, and ends with SIGTERM or when the
 * pipe on its standard input closes.
 * `--delay=MS` sets a round trip, `--minute=MS` the length of the tiers' minute, `--workspaces=A,B` the workspaces
 * (the first has the app, or none with `--uninstalled`), `--twin` adds the twin, `--port=N` sets the port.
 */
import { parseArgs } from 'node:util';
import { serveControl } from '../own-process.ts';
import { createControl } from './control.ts';
import { startSlack } from './start.ts';

const { values } = parseArgs({
  options: {
    delay: { type: 'string', default: '0' },
    minute: { type: 'string', default: '60000' },
    port: { type: 'string', default: '0' },
    workspaces: { type: 'string', default: 'Workshop' },
    uninstalled: { type: 'boolean', default: false },
    twin: { type: 'boolean', default: false },
  },
});

const slack = await startSlack({
  twin: values.twin,
  port: Number(values.port),
  minute: Number(values.minute),
  settings: { delay: Number(values.delay) },
  workspaces: values.workspaces
    .split(',')
    .map((name, index) => ({ name, installed: index === 0 && !values.uninstalled })),
});
slack.user('ada', { isAdmin: true });
slack.user('ben');
const control = await serveControl(createControl(slack), slack.stop);

const {
  url,
  authorizeUrl,
  appToken,
  botToken,
  botId,
  botUserId,
  signingSecret,
  clientId,
  clientSecret,
  world,
} = slack;
const workspaces = Object.fromEntries([...world.workspaces.values()].map(({ id, name }) => [name, id]));
const first = world.workspaces.get(slack.id);
const channels = Object.fromEntries([...(first?.channels.values() ?? [])].map(({ id, name }) => [name, id]));
const users = Object.fromEntries([...(first?.users.values() ?? [])].map(({ id, name }) => [name, id]));
console.log(
  JSON.stringify({
    url,
    authorizeUrl,
    appToken,
    botToken,
    botId,
    botUserId,
    signingSecret,
    clientId,
    clientSecret,
    workspaces,
    channels,
    users,
    control,
  }),
);
