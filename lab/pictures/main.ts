/** Makes the pictures of the README from what the whole program sends: `npm run pictures`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launch } from '../../tests/adapters/web/chromium.ts';
import { startProgram } from '../bench/subjects/program.ts';
import { startDiscord } from '../counterparts/discord/start.ts';
import {
  answers,
  finish,
  hangs,
  startModelServer,
  streams,
  text,
  thinking,
} from '../counterparts/model-server.ts';
import { startSlack } from '../counterparts/slack/start.ts';
import { chatWindow, type Drawn, WIDTH } from './chat-window.ts';
import { drawnOfDiscord } from './discord-window.ts';
import { photographPage } from './page.ts';
import { drawnOfSlack } from './slack-window.ts';

const QUESTION = 'how do I undo my last commit, but keep the changes?';
const ANSWER = `Take the commit back, and leave your files as they are:

\`\`\`sh
git reset --soft HEAD~1
\`\`\`

| what stays | option |
|---|---|
| changes, staged | \`--soft\` |
| changes, not staged | \`--mixed\` |
| nothing | \`--hard\` |`;
const FOLLOW_UP = 'and if I pushed it already?';
const PUSHED =
  "Then **don't rewrite it**: somebody may have it by now. Make a new commit that takes it back:";
const NEXT = `${PUSHED}\n\n\`\`\`sh\ngit revert HEAD\n\`\`\``;

const MODELS = ['gpt-6-luna', 'gpt-6-sol'] as const;

const model = await startModelServer();
const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));
try {
  await photograph({ discord: await talkOnDiscord(), slack: await talkOnSlack() });
} finally {
  await model.stop();
  rmSync(folder, { recursive: true });
}

function start(name: string, env: Record<string, string>) {
  const parley = startProgram({ folder, name, modelUrl: model.url, env });
  return { url: parley.url, [Symbol.asyncDispose]: parley.stop };
}

/** One answer is whole, the next one still grows. */
async function talkOnDiscord(): Promise<string> {
  await using discord = await startDiscord({ botName: 'Parley' });
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url };
  await using _ = start('discord', env);
  await discord.waitFor(() => discord.commands !== undefined && discord.gateway.connected > 0);
  const channel = discord.channel('general');
  const drawn = () => drawnOfDiscord(discord, channel);
  model.respond(streams(thinking('Keep the changes: soft.'), text(ANSWER), finish()));
  discord.user('Ada').says(channel, `<@${discord.botId}> ${QUESTION}`);
  await discord.waitFor(() => has(drawn(), 'Regenerate'));
  model.respond(streams(text(PUSHED), hangs));
  discord.user('Ben').says(channel, `<@${discord.botId}> ${FOLLOW_UP}`);
  await discord.waitFor(() => has(drawn(), 'Stop') && has(drawn(), 'takes it back'));
  return chatWindow('# general', drawn());
}

/** A question in a channel, answered in its thread, where the next question needs no mention. */
async function talkOnSlack(): Promise<string> {
  await using slack = await startSlack({ botName: 'Parley' });
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    WEB: 'on',
  };
  await using parley = start('slack', env);
  const url = await parley.url();
  await slack.waitFor(async () => (await fetch(`${url}/readyz`)).ok);
  const channel = slack.channel('general');
  model.respond(answers(ANSWER), answers(NEXT));
  const thread = slack.user('Ada').says(channel, `${slack.mention} ${QUESTION}`);
  const drawn = () => drawnOfSlack(slack, channel, thread);
  await slack.waitFor(() => has(drawn().slice(-1), 'Regenerate'));
  slack.user('Ada').says(channel, FOLLOW_UP, { threadTs: thread });
  await slack.waitFor(() => drawn().length === 4 && has(drawn().slice(-1), 'Regenerate'));
  return chatWindow('Thread in # general', drawn());
}

function has(messages: Drawn[], what: string): boolean {
  return messages.some(
    ({ isBot, markdown, buttons }) =>
      isBot && [markdown, ...buttons.flat()].some((shown) => shown.includes(what)),
  );
}

async function photograph(windows: Record<string, string>): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('There is no Chromium. Name one in CHROMIUM.');
  const browser = await launch(chromium);
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 100 }, deviceScaleFactor: 1.5 });
  for (const [name, html] of Object.entries(windows)) {
    await page.setContent(html);
    await page.screenshot({ path: pathOf(name), fullPage: true });
  }
  await using parley = start('page', {
    WEB: 'on',
    OPENAI_MODEL: MODELS[0],
    OPERATOR_MODELS: MODELS.join(','),
  });
  await photographPage(browser, { url: await parley.url(), model, pathOf });
  await browser.close();
}

function pathOf(name: string): string {
  return new URL(`../../docs/${name}.png`, import.meta.url).pathname;
}
