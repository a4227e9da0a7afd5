/** Parley killed while it takes and answers what a person said at the page in their direct messages. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Discord, startDiscord } from '../../../../lab/counterparts/discord/start.ts';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import {
  after,
  answers,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import { startConnected } from '../../../harness/connected-program.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { browserOf } from '../../../harness/web.ts';
import { readDm } from './reading.ts';
import { say } from './saying.ts';

const QUESTION = 'Is this asked once?';

interface Killed {
  discord: Discord;
  model: ModelServer;
  /** Sends the question. Resolves once the page has its answer, or has lost it. */
  send(): Promise<void>;
  dm(): string[];
}

/** When Parley dies. Each resolves once it should. */
const MOMENTS: [when: string, until: (killed: Killed) => Promise<unknown>][] = [
  [
    'as soon as it is sent',
    async ({ send }) => {
      const sent = send();
      await new Promise(setImmediate);
      void sent;
    },
  ],
  [
    'once it is taken, while Discord cannot be reached',
    async ({ discord, send }) => {
      discord.faults.next('create', 'reset', 20);
      await send();
    },
  ],
  [
    'when the question stands there, and Parley did not hear of it',
    async ({ discord, send, dm }) => {
      discord.faults.next('create', 'resetAfter', 20);
      await send();
      await discord.waitFor(() => dm().some((one) => one.includes(QUESTION)));
    },
  ],
  [
    'while the answer is written',
    async ({ discord, send, dm }) => {
      await send();
      await discord.waitFor(() => dm().some((one) => one.includes('Half of it.')));
    },
  ],
];

it.each(MOMENTS)('killed %s, it is asked once and answered once', async (_, until) => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const port = await freePort();
  await using parley = await startConnected(
    model,
    {
      WEB: 'on',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      DISCORD_CLIENT_ID: discord.applicationId,
      DISCORD_CLIENT_SECRET: discord.signIn.clientSecret,
      SIGN_IN_ALLOWED: `discord:${discord.guildId}`,
    },
    () => (discord.gateway.connected > 0 ? discord.stats.identifies : 0),
  );
  const ada = discord.user('ada');
  const dm = () =>
    discord
      .botMessages(ada.dmChannel)
      .filter(({ deleted }) => !deleted)
      .map(({ content }) => content);
  ada.dm('a first question');
  await discord.waitFor(() => dm().some((one) => one.includes('Hello.')));
  discord.signIn.person = 'ada';
  const browser = browserOf(parley.url);
  await signIn(browser, { provider: 'discord' });
  const { entry } = await readDm(browser);
  const id = randomUUID();
  const send = async () => void (await say(browser, entry.id, QUESTION, id).catch(() => {}));

  model.respond(streams(text('Half of it. '), after(new Promise(() => {}))));
  await until({ discord, model, send, dm });
  await parley.kill('SIGKILL');
  discord.faults.clear();
  model.respond(answers('All of it.'));
  await parley.startHere();
  const again = await say(browser, entry.id, QUESTION, id);
  expect([again.status < 203, again.body.turn?.id]).toEqual([true, id]);
  const whole = () => dm().filter((one) => one.includes('All of it.'));
  await discord.waitFor(() => whole().length > 0 && JSON.stringify(discord.botMessages(ada.dmChannel)));
  await browser.follow(entry.id, id);
  expect((await readDm(browser)).turns).toMatchObject([
    { text: 'a first question' },
    { id, text: QUESTION, answer: 'All of it.', end: 'stop' },
  ]);
  expect(dm()).toHaveLength(2);
  expect(dm()[1]).toMatch(/You wrote on the page.+Is this asked once\?.+All of it\./s);
});
