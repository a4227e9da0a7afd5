/** What an operator should see at each start: which Parley this is and what it was told to do. No secrets. */
import { type Config, slackTokensOf } from './config.ts';
import { OPENAI_BASE_URL } from './core/models/base-url.ts';
import { isOnServer } from './store/open.ts';
import { VERSION } from './version.ts';

export function startLine(config: Config, url: string): string {
  const platforms = [
    config.WEB === 'on' && 'the page',
    config.DISCORD_TOKEN !== undefined && 'Discord',
    slackTokensOf(config) && 'Slack',
  ].filter(Boolean);
  return [
    `Parley ${VERSION}`,
    `model ${modelOf(config)}`,
    `host ${new URL(url).host}`,
    `store ${isOnServer(config.STORE_URL) ? 'Postgres' : 'SQLite'}`,
    `on ${platforms.join(', ') || 'no platform'}`,
    `limits: ${limitsOf(config).join(', ')}`,
  ].join(' · ');
}

function modelOf({ OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model }: Config): string {
  if (key === undefined && (baseUrl ?? OPENAI_BASE_URL) === OPENAI_BASE_URL)
    return 'none, the built-in demo answers on the page';
  return `${model} at ${new URL(baseUrl ?? OPENAI_BASE_URL).host}`;
}

function limitsOf(config: Config): string[] {
  return [`${config.MODEL_CONTEXT} tokens of context`, `${config.MOST_WAITING} messages waiting`];
}
