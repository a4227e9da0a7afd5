/** Messages that apps post, and the text that the model reads of them. */
import { answers } from '../../../lab/counterparts/model-server.ts';
import type { SaysOptions } from '../../../lab/counterparts/slack/people/actors.ts';
import type { SlackBot } from '../../harness/slack.ts';
import { prompts, says } from './said.ts';

const APP = { asBot: true, subtype: 'bot_message', username: 'Deploys' };

/** Posts as an app: text, and further content. */
export const app = (bot: SlackBot, said: string, options: SaysOptions) =>
  bot.slack.user('deploys').says('general', said, { ...APP, ...options });

/** The model's text of an app's message, when called into its thread. */
export async function readInThread(bot: SlackBot, said: string, options: SaysOptions): Promise<string> {
  const threadTs = app(bot, said, options);
  return readOf(bot, threadTs);
}

export async function readOf(bot: SlackBot, threadTs: string): Promise<string> {
  bot.model.respond(answers('Noted.'));
  bot.slack.user('ada').says('general', `${bot.slack.mention} what went wrong?`, { threadTs });
  await says(bot, 'Noted.');
  // Without the bars that mark the lines of a thread.
  return prompts(bot)
    .join('\n')
    .replace(/^(?:\| ){1,2}/gm, '');
}

export const times = (read: string, said: string) => read.split(said).length - 1;

export const CARD = {
  fallback: 'Deploy failed: fallback-canary',
  pretext: 'From the pipeline',
  author_name: 'Builder',
  title: 'Deploy failed',
  title_link: 'https://ci.example/7',
  text: 'Stage *ZEBRA* exploded &amp; burnt',
  fields: [
    { title: 'Branch', value: 'main', short: true },
    { title: 'Tries', value: 3 },
  ],
  footer: 'ci.example',
  actions: [{ type: 'button', text: 'Try again' }],
};
