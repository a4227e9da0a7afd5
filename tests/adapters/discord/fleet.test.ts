/** Three Parleys, as they are run in production, on one Postgres and one shard: the one that has it dies, and is held up. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../../lab/counterparts/compile-cache.ts';
import { type Discord, startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { startPostgres } from '../../../lab/counterparts/postgres.ts';
import { emptyFolder } from '../../fixtures.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

interface Program extends AsyncDisposable {
  url: string;
  child: ChildProcess;
  /** Whether it connected to the gateway last. */
  hasShard(): boolean;
  isReady(): Promise<boolean>;
}

async function start(discord: Discord, model: ModelServer, env: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, [MAIN], {
    cwd: await emptyFolder(),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...COMPILE_CACHE,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      OPENAI_BASE_URL: model.url,
      WEB: 'off',
      PORT: '0',
      ...env,
    },
  });
  let output = '';
  child.stdout.on('data', (part) => (output += part));
  const [url = ''] = await discord.waitFor(() => /http:\/\/[\d.:]+/.exec(output) ?? undefined);
  return {
    url,
    child,
    hasShard: () => output.includes('discord connected'),
    isReady: async () => (await fetch(`${url}/readyz`)).status === 200,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

it('what is said is answered once, whatever becomes of the one that has the shard', async () => {
  await using postgres = await startPostgres();
  await using discord = await startDiscord();
  await using model = await startModelServer();
  model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'));
  const env = {
    STORE_URL: await postgres.database(),
    MASTER_KEYS: `test:${randomBytes(32).toString('base64')}`,
  };
  const three = () => start(discord, model, env);
  await using first = await three();
  await using second = await three();
  await using third = await three();
  const channel = discord.channel('general');
  const says = (text: string) => void discord.user('ada').says(channel, `<@${discord.botId}> ${text}`);
  const shown = () => discord.botMessages(channel).map(({ content }) => content);

  for (const one of [first, second, third]) await discord.waitFor(one.isReady);
  expect(discord.gateway.shards).toEqual(['0/1']);
  expect(first.hasShard()).toBe(true);
  expect(discord.stats).toMatchObject({ identifies: 1, commandPuts: 1 });
  says('one');
  await discord.waitFor(() => shown().join() === 'One.');

  first.child.kill('SIGKILL');
  await discord.waitFor(() => discord.gateway.connected === 0);
  says('two');
  await discord.waitFor(() => discord.gateway.connected === 1);
  await discord.waitFor(() => shown().join() === 'One.,Two.');
  for (const one of [second, third]) await discord.waitFor(one.isReady);

  const [holder, other] = second.hasShard() ? [second, third] : [third, second];
  holder.child.kill('SIGSTOP');
  says('three');
  await discord.waitFor(() => shown().join() === 'One.,Two.,Three.');
  expect(discord.gateway.connected).toBe(2);
  says('four');
  await discord.waitFor(() => shown().join() === 'One.,Two.,Three.,Four.');
  holder.child.kill('SIGCONT');
  await discord.waitFor(() => discord.gateway.connected === 1);
  for (const one of [holder, other]) await discord.waitFor(one.isReady);
  // So long that whatever should not happen would have.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(shown()).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  expect(model.requests).toHaveLength(4);
  expect(discord.stats.commandPuts).toBe(1);
});
