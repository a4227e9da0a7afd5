/** Parley killed in the middle of answering on Slack: the next one heals the same messages. */

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
import { startConnected } from '../../harness/connected-program.ts';
import { settled } from '../../settled.ts';
import { untilKept } from '../kept-rows.ts';
import { isEnded, isLive } from './said.ts';

const start = ({ botToken, appToken, url, stats }: Slack, model: ModelServer) =>
  startConnected(
    model,
    { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: url },
    () => stats.connections,
  );

const never = new Promise(() => {});
const rest = () => settled(300);

it.concurrent.each([
  { title: 'a stream', streaming: 'allowed', method: 'chat.startStream' },
  { title: 'a message', streaming: 'unknown_method', method: 'chat.postMessage' },
])('$title that was posted without its ts getting known is found again', async ({ streaming, method }) => {
  await using slack = await startSlack({ settings: { streaming } });
  await using model = await startModelServer();
  model.respond(
    streams(text('Half of it. '), after(never)),
    streams(text('All of it. '), pause(100), text('Really.'), finish(), done),
  );
  await using parley = await start(slack, model);
  slack.faults.next(method, 'resetAfter');
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => own().length > 0);
  await parley.kill('SIGKILL');
  await parley.startHere();
  await slack.waitFor(() => own().some(isEnded));
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['All of it. Really.']);
  expect(own().some(isLive)).toBe(false);
});

it.concurrent('a message that was posted without its ts getting known goes where the next attempt is shorter', async () => {
  await using slack = await startSlack({ settings: { streaming: 'unknown_method' } });
  await using model = await startModelServer();
  const more = Promise.withResolvers<void>();
  model.respond(
    streams(text('word '.repeat(1_500)), after(more.promise), text('more '.repeat(1_500)), after(never)),
    answers('All of it.'),
  );
  await using parley = await start(slack, model);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  const [known] = await slack.waitFor(() => own().length > 0 && own());
  await untilKept(parley.folder, known?.ts ?? '');
  slack.faults.next('chat.postMessage', 'resetAfter', 20);
  more.resolve();
  await slack.waitFor(() => own().length > 1);
  await parley.kill('SIGKILL');
  slack.faults.clear();
  await parley.startHere();
  await slack.waitFor(() => own().length === 1 && own().some(isEnded));
  await rest();
  expect(own().map(({ ts, shown }) => [ts, shown])).toEqual([[known?.ts, 'All of it.']]);
});

it.concurrent('a message whose ts got lost, and that was found and edited since, is found again', async () => {
  await using slack = await startSlack({ settings: { streaming: 'unknown_method' } });
  await using model = await startModelServer();
  model.respond(streams(text('Half of it. '), after(never)), answers('All of it.'));
  await using parley = await start(slack, model);
  slack.faults.next('chat.postMessage', 'resetAfter');
  slack.faults.next('chat.update', 'resetAfter', 20);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => slack.requests.some(({ method }) => method === 'chat.update'));
  await parley.kill('SIGKILL');
  slack.faults.clear();
  await parley.startHere();
  await slack.waitFor(() => own().some(isEnded));
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['All of it.']);
});

it.concurrent('a message that was kept, and not begun to be answered, is answered once', async () => {
  await using slack = await startSlack({ settings: { deliveries: 2 } });
  await using model = await startModelServer();
  model.respond(streams(after(never)), answers('Here it is.'));
  await using parley = await start(slack, model);
  const thread = slack.user('ada').says('general', `${slack.mention} one`);
  await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
  await parley.kill('SIGKILL');
  model.respond(answers('Here it is.'));
  await parley.startHere();
  const own = () => slack.botMessages('general', thread);
  await slack.waitFor(() => own().some(isEnded));
  await rest();
  expect(own().map(({ shown }) => shown)).toEqual(['Here it is.']);
});

it.concurrent('a placeholder that was posted before its question was kept is what the answer grows in', async () => {
  await using slack = await startSlack({
    settings: { fileDelay: 60_000, retryDelays: Array.from({ length: 60 }, () => 1_000) },
  });
  await using model = await startModelServer();
  model.respond(answers('Read.'));
  const ada = slack.user('ada');
  await using parley = await start(slack, model);
  ada.dm('look', { files: [{ name: 'a.txt', data: 'a text' }] });
  const own = () => slack.botMessages(ada.dmChannel);
  const placeholder = await slack.waitFor(() => own()[0]);
  await rest();
  await parley.kill('SIGKILL');
  slack.settings.fileDelay = 0;
  await parley.startHere();
  await slack.waitFor(() => own().some(isEnded));
  await rest();
  expect(own().map(({ ts, shown }) => [ts, shown])).toEqual([[placeholder.ts, 'Read.']]);
});

it.concurrent('a placeholder of a question that is deleted before it is delivered again goes, too', async () => {
  await using slack = await startSlack({ settings: { fileDelay: 60_000, retryDelays: [60_000] } });
  await using model = await startModelServer();
  const ada = slack.user('ada');
  await using parley = await start(slack, model);
  const asked = ada.dm('look', { files: [{ name: 'a.txt', data: 'a text' }] });
  const own = () => slack.botMessages(ada.dmChannel);
  await slack.waitFor(() => own()[0]);
  await rest();
  await parley.kill('SIGKILL');
  // Slack would deliver the deletion to a socket that it takes for open, and again only after a minute.
  await slack.waitFor(() => slack.socketMode.connections === 0);
  ada.deletes(asked);
  await parley.startHere();
  await slack.waitFor(() => own().length === 0);
  await rest();
  expect(own()).toEqual([]);
  expect(model.requests).toHaveLength(0);
});
