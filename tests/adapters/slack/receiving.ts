/** A Parley that takes Slack's events, by HTTP or by Socket Mode. */

import type { Outgoing } from '../../../lab/counterparts/slack/delivery/outgoing.ts';
import { postSigned } from '../../../lab/counterparts/slack/delivery/transport.ts';
import type { Slack } from '../../../lab/counterparts/slack/start.ts';
import { type Connected, connectionTo, type Tokens } from './connection.ts';

export type Way = 'HTTP' | 'Socket Mode';
export const WAYS: Way[] = ['HTTP', 'Socket Mode'];

export const tokensOf = (slack: Slack, way: Way): Tokens =>
  way === 'HTTP'
    ? { botToken: slack.botToken, signingSecret: slack.signingSecret }
    : { botToken: slack.botToken, appToken: slack.appToken };

/** Started; `prepare` adds listeners before anything arrives. */
export async function connect(
  slack: Slack,
  way: Way,
  prepare: (connected: Connected) => void = () => {},
): Promise<Connected> {
  slack.settings.retryDelays = [0, 50, 50];
  const connected = await connectionTo(slack.url, tokensOf(slack, way));
  prepare(connected);
  await connected.connection.start();
  if (way === 'HTTP') await slack.setRequestUrl(`${connected.url}/slack/events`);
  return connected;
}

/** A command, as Slack sends it by this way, with what it is answered. */
export function send(slack: Slack, way: Way, outgoing: Outgoing, url: string) {
  return way === 'HTTP'
    ? postSigned(`${url}/slack/events`, outgoing, { secret: slack.signingSecret }, 5_000)
    : slack.socketMode.send(outgoing);
}

export const command = (slack: Slack, text: string): Outgoing => ({
  type: 'slash_commands',
  payload: {
    command: '/parley',
    text,
    team_id: slack.id,
    user_id: slack.user('ada').id,
    channel_id: slack.channel('general'),
    trigger_id: '1.2.3',
    response_url: 'http://127.0.0.1:1/',
    is_enterprise_install: 'false',
  },
});
