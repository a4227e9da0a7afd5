/** The audit log of a running Parley: who came in, and what they did to keys, settings and what is stored. */
import { expect, it } from 'vitest';
import { answers, startModelServer } from '../../lab/counterparts/model-server.ts';
import { browserOf } from '../harness/web.ts';
import { onDiscord, onSlack, startChatting } from './chatting.ts';
import { spawnParley } from './spawned.ts';

const WEB_TOKEN = 'canary-token-0123456789';

/** The lines of the audit log, without level and time. */
const auditOf = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .flatMap((line) => (line.includes('"msg":"audit"') ? [JSON.parse(line)] : []))
    .map(({ level, time: _, msg: _msg, ...line }) => ({ ...line, ...(level !== 30 && { level }) }));

it('names who did what on the page by ids, and holds neither what they said nor a secret', async () => {
  await using model = await startModelServer();
  model.respond(answers('canary-answer'));
  await using parley = await spawnParley({ HOST: '0.0.0.0', WEB_TOKEN, OPENAI_BASE_URL: model.url });
  const browser = browserOf(parley.url);
  const enters = (token: string) =>
    browser.fetch('/access', { method: 'POST', body: new URLSearchParams({ token }) });
  expect((await enters('canary-wrong-0123456789')).status).toBe(401);
  expect((await enters(WEB_TOKEN)).status).toBe(303);
  const changes = [
    await browser.fetch('/api/settings/key', { method: 'PUT', json: { key: 'sk-canary-0123456789' } }),
    await browser.fetch('/api/settings', { method: 'PATCH', json: { persona: 'canary, a pirate' } }),
    await browser.fetch('/api/settings/key', { method: 'DELETE' }),
  ];
  expect(changes.map(({ status }) => status)).toEqual([200, 200, 200]);
  const id = await browser.newConversation();
  await browser.follow(id, (await browser.send(id, 'canary-question')).id);
  expect((await browser.fetch(`/api/conversations/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await browser.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);

  await expect.poll(() => auditOf(parley.output()).length).toBe(8);
  const lines = auditOf(parley.output());
  const { tenant } = lines[1] ?? {};
  const by = { tenant, person: tenant };
  const { host } = new URL(model.url);
  expect(tenant).toMatch(/^web:[\w-]{43}$/);
  expect(lines).toEqual([
    { audit: 'sign-in refused', what: 'access-token', from: '127.0.0.1' },
    { audit: 'signed in', ...by, what: 'access-token', from: '127.0.0.1' },
    { audit: 'key set', ...by, host },
    { audit: 'settings changed', ...by, fields: ['persona'] },
    { audit: 'key removed', ...by, host },
    { audit: 'forgotten', ...by, what: 'conversation', conversation: `${tenant}:${id}` },
    { audit: 'forgotten', tenant, what: 'everything', reason: 'left' },
    { audit: 'signed out', ...by },
  ]);
  expect(parley.output()).not.toContain('canary');
});

it('names who deleted an answer on Discord and Slack, and who tried to delete another’s', async () => {
  await using chatting = await startChatting();
  const { discord, slack, model, parley } = chatting;
  model.respond(answers('canary-answer'));
  const channel = discord.channel('general');
  discord.user('ada').says(channel, `<@${discord.botId}> canary-question`);
  slack.user('ada').says('general', `<@${slack.botUserId}> canary-question`);
  const onBoth = () => [...onDiscord(chatting), ...onSlack(chatting)].join();
  await expect.poll(onBoth).toMatch(/canary-answer.*canary-answer/s);
  for (const name of ['ben', 'ada']) {
    const shown = [discord.botMessages(channel).at(-1), slack.botMessages('general').at(-1)] as const;
    if (!shown[0] || !shown[1]) throw new Error('no answer');
    await discord.user(name).clicks(shown[0], 'Delete');
    await slack.user(name).clicks(shown[1], 'Delete');
  }
  const on = (platform: string) =>
    auditOf(parley.output()).filter(({ tenant }) => String(tenant).startsWith(platform));
  for (const [platform, people] of [
    ['discord', discord],
    ['slack', slack],
  ] as const) {
    await expect
      .poll(() => on(platform))
      .toEqual([
        expect.objectContaining({
          audit: 'refused',
          person: people.user('ben').id,
          what: 'delete',
          reason: 'role',
        }),
        expect.objectContaining({
          audit: 'forgotten',
          person: people.user('ada').id,
          what: 'message',
          conversation: expect.stringContaining(platform),
        }),
      ]);
  }
  expect(parley.output()).not.toContain('canary');
});
