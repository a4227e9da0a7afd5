/** The calls that Parley made about an answer, as the platforms recorded them. */
import type { Discord } from '../../counterparts/discord/start.ts';
import type { Slack } from '../../counterparts/slack/start.ts';
import type { Verdict } from './verdict.ts';

export interface Call {
  /** When it happened, by `performance.now()`. */
  at: number;
  what: string;
}

/** Calls that name a message of the answer, the question or the token. */
export function callsAbout({ turn, messages, removed }: Verdict, discord: Discord, slack: Slack): Call[] {
  const names = [turn.id, turn.token, ...[...messages, ...removed].map(({ id }) => id)];
  const isAbout = (text: string) => names.some((name) => text.includes(name));
  if (turn.place.platform === 'discord') {
    return discord.requests
      .filter(({ path, body }) => isAbout(path) || isAbout(JSON.stringify(body ?? '')))
      .map(({ at, method, path, status }) => ({ at, what: `${method} ${path}: ${status ?? 'no answer'}` }));
  }
  if (turn.place.platform === 'slack') {
    return slack.requests
      .filter(({ args }) => isAbout(JSON.stringify(args)))
      .map(({ at, method, args, status, error }) => ({
        at,
        what: `${method} ${args.ts ?? ''}: ${status ?? 'no answer'} ${error ?? ''}`.trimEnd(),
      }));
  }
  return [];
}
