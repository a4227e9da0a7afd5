/** Parley killed in the middle of answering on Slack: the next one heals the same messages. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  pause,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { emptyFolder } from '../../fixtures.ts';
import { isEnded, isLive } from './said.ts';

/** The program as it is started in production, which can be killed. */
async function start(slack: Slack, model: ModelServer, folder: string) {
  const before = slack.stats.connections;
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../src/main.ts', import.meta.url))], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      OPENAI_BASE_URL: model.url,
      STORE_URL: `sqlite://${join(folder, 'parley.sqlite')}`,
      WEB: 'off',
      PORT: '0',
    },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await slack.waitFor(() => slack.stats.connections > before, { timeout: 20_000, what: 'Parley' });
  return {
    async kill(signal: 'SIGKILL' | 'SIGTERM') {
      child.kill(signal);
      await exited;
    },
  };
}

const never = new Promise(() => {});
const LONG = { timeout: 15_000 };
const rest = (ms = 300) => new Promise((resolve) => setTimeout(resolve, ms));

it.each([
  { title: 'a stream', streaming: 'allowed', method: 'chat.startStream' },
  { title: 'a message', streaming: 'unknown_method', method: 'chat.postMessage' },
])('$title that was posted without its ts getting known is found again', async ({ streaming, method }) => {
  await using slack = await startSlack({ settings: { streaming } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  model.respond(
    streams(text('Half of it. '), after(never)),
    streams(text('All of it. '), pause(100), text('Really.'), finish(), done),
  );
  const first = await start(slack, model, folder);
  slack.faults.next(method, 'resetAfter');
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => own().length > 0, LONG);
  await first.kill('SIGKILL');
  const next = await start(slack, model, folder);
  await slack.waitFor(() => own().some(isEnded), LONG);
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['All of it. Really.']);
  expect(own().some(isLive)).toBe(false);
  await next.kill('SIGTERM');
});

it('a message that was posted without its ts getting known goes where the next attempt is shorter', async () => {
  await using slack = await startSlack({ settings: { streaming: 'unknown_method' } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  const more = Promise.withResolvers<void>();
  model.respond(
    streams(text('word '.repeat(1_500)), after(more.promise), text('more '.repeat(1_500)), after(never)),
    answers('All of it.'),
  );
  const first = await start(slack, model, folder);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  const [known] = await slack.waitFor(() => own().length > 0 && own(), LONG);
  await rest();
  slack.faults.next('chat.postMessage', 'resetAfter', 20);
  more.resolve();
  await slack.waitFor(() => own().length > 1, LONG);
  await first.kill('SIGKILL');
  slack.faults.clear();
  const next = await start(slack, model, folder);
  await slack.waitFor(() => own().length === 1 && own().some(isEnded), LONG);
  await rest();
  expect(own().map(({ ts, shown }) => [ts, shown])).toEqual([[known?.ts, 'All of it.']]);
  await next.kill('SIGTERM');
});

it('a message whose ts got lost, and that was found and edited since, is found again', async () => {
  await using slack = await startSlack({ settings: { streaming: 'unknown_method' } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  model.respond(streams(text('Half of it. '), after(never)), answers('All of it.'));
  const first = await start(slack, model, folder);
  slack.faults.next('chat.postMessage', 'resetAfter');
  slack.faults.next('chat.update', 'resetAfter', 20);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => slack.requests.some(({ method }) => method === 'chat.update'), LONG);
  await first.kill('SIGKILL');
  slack.faults.clear();
  const next = await start(slack, model, folder);
  await slack.waitFor(() => own().some(isEnded), LONG);
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['All of it.']);
  await next.kill('SIGTERM');
});

it('a message that was kept, and not begun to be answered, is answered once', async () => {
  await using slack = await startSlack({ settings: { deliveries: 2 } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  model.respond(streams(after(never)), answers('Here it is.'));
  const first = await start(slack, model, folder);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
  await first.kill('SIGKILL');
  model.respond(answers('Here it is.'));
  const next = await start(slack, model, folder);
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => own().some(isEnded), LONG);
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['Here it is.']);
  await next.kill('SIGTERM');
});

it('a placeholder that was posted before its question was kept is what the answer grows in', async () => {
  await using slack = await startSlack({ settings: { fileDelay: 6_000 } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  model.respond(answers('Read.'));
  const ada = slack.user('ada');
  const first = await start(slack, model, folder);
  ada.dm('look', { files: [{ name: 'a.txt', data: 'a text' }] });
  const own = () => slack.botMessages(ada.dmChannel);
  const placeholder = await slack.waitFor(() => own()[0], LONG);
  await rest();
  await first.kill('SIGKILL');
  slack.settings.fileDelay = 0;
  const next = await start(slack, model, folder);
  await slack.waitFor(() => own().some(isEnded), LONG);
  await rest();
  expect(own().map(({ ts, shown }) => [ts, shown])).toEqual([[placeholder.ts, 'Read.']]);
  await next.kill('SIGTERM');
});

it('a placeholder of a question that is deleted before it is delivered again goes, too', async () => {
  await using slack = await startSlack({ settings: { fileDelay: 6_000, retryDelays: [60_000] } });
  await using model = await startModelServer();
  const folder = await emptyFolder();
  const ada = slack.user('ada');
  const first = await start(slack, model, folder);
  const asked = ada.dm('look', { files: [{ name: 'a.txt', data: 'a text' }] });
  const own = () => slack.botMessages(ada.dmChannel);
  await slack.waitFor(() => own()[0], LONG);
  await rest();
  await first.kill('SIGKILL');
  ada.deletes(asked);
  const next = await start(slack, model, folder);
  await slack.waitFor(() => own().length === 0, LONG);
  await rest();
  expect(own()).toEqual([]);
  expect(model.requests).toHaveLength(0);
  await next.kill('SIGTERM');
});
