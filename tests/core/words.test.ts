/** The sentences of core on each platform, and the catalogues of the operator, Discord and Slack. A change of words has to change these lists, on purpose. */
import { describe, expect, it } from 'vitest';
import { en as discord } from '../../src/adapters/discord/sentences/en.ts';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { SLACK_WORDS } from '../../src/adapters/slack/vocabulary.ts';
import { PAGE_WORDS } from '../../src/adapters/web/vocabulary.ts';
import { placeOf } from '../../src/chat/conversation-ids.ts';
import type { CommandCall } from '../../src/core/commands/command.ts';
import type { Choice } from '../../src/core/models/catalog/choose.ts';
import type { FailureKind } from '../../src/core/models/model.ts';
import { nanoOf } from '../../src/core/money/amounts.ts';
import type { Limit } from '../../src/core/money/limits.ts';
import { aboutLines } from '../../src/core/sentences/about.ts';
import { en } from '../../src/core/sentences/en.ts';
import { failureNotice } from '../../src/core/sentences/failure-notice.ts';
import type { Reader } from '../../src/core/types.ts';
import { sentencesOf } from './catalogue.ts';
import { admin, CONVERSATION, commanding, formOf, member } from './commanding.ts';

const KINDS: FailureKind[] = [
  ...(['no-key', 'key', 'forbidden', 'not-found', 'quota', 'rate', 'context', 'allowance'] as const),
  ...(['loading', 'refused', 'request', 'server', 'unreachable', 'private-address', 'late'] as const),
  ...(['stalled', 'too-large', 'cut', 'not-an-api', 'empty', 'spent', 'blocked', 'vault'] as const),
  ...(['store', 'bug', 'unpriced'] as const),
];
const LIMITS: Limit[] = [
  ...(['person', 'role', 'tenant'] as const).map((of) => ({ of, setBy: 'admin' as const })),
  ...(['person', 'tenant', 'installation'] as const).map((of) => ({ of, setBy: 'operator' as const })),
].flatMap((limit) =>
  (
    [
      ['day', 5],
      ['month', 0],
    ] as const
  ).map(([period, dollars]) => ({
    ...limit,
    counts: 'all' as const,
    most: nanoOf(dollars),
    period,
    renewsAt: Date.parse('2026-12-01T00:00:00Z'),
    timeZone: 'UTC',
  })),
);
const provider = { baseUrl: 'https://models.example.org/v1' };
const withKey = { ...provider, key: 'sk' };
const CHOICES: (Choice | undefined)[] = [
  undefined,
  { source: 'own', model: 'm', provider: withKey },
  { source: 'own', model: 'm', provider },
  { source: 'operator', model: 'm', provider: withKey },
  { source: 'operator', model: 'm', provider: withKey, offer: { models: ['m'], effort: false, tools: [] } },
  { source: 'operator', model: 'm', provider },
  { source: 'none', model: 'm', provider },
];
const DEMO: Choice = { source: 'demo', model: 'demo', provider: null };

const PLATFORMS = {
  discord: {
    readers: ['admin', 'member'],
    words: DISCORD_WORDS,
    spaces: ['server'],
  },
  slack: {
    readers: ['admin', 'member'],
    words: SLACK_WORDS,
    spaces: ['workspace'],
  },
  page: {
    readers: ['operator', 'owner'],
    words: PAGE_WORDS,
    spaces: [],
  },
} as const;
type Platform = (typeof PLATFORMS)[keyof typeof PLATFORMS];

function noticesOn({ readers, spaces, words }: Platform): string[] {
  const lines: string[] = [];
  for (const reader of readers as readonly Reader[]) {
    for (const choice of CHOICES) {
      for (const kind of KINDS) lines.push(failureNotice({ kind }, choice, { reader, words }));
    }
    for (const limit of LIMITS)
      lines.push(failureNotice({ kind: 'limit', limit }, CHOICES[3], { reader, words }));
    for (const choice of [...CHOICES, DEMO]) {
      for (const days of [0, 1, 30]) {
        const facts = { version: '1', historyDays: days, filesDays: 7 };
        if (choice)
          for (const { label, text } of aboutLines(facts, {}, choice, reader, words))
            lines.push(`${label}: ${text}`);
      }
    }
  }
  if (spaces.length === 0) return lines;
  for (const isAdmin of [true, false]) {
    for (const access of ['channel', 'role', 'admins', 'person', 'direct', 'own-key', ...spaces] as const)
      lines.push(en.notices.notAnswered(access, words, isAdmin));
  }
  for (const choice of [...CHOICES, DEMO]) {
    for (const directMessages of [true, false])
      if (choice) lines.push(en.welcome.greeting(choice, words, { directMessages }));
  }
  lines.push(en.notices.moderatorsOnly(words), en.notices.noCommand(words), en.notices.notDeleted(words));
  lines.push(en.notices.notYours(words), discord.telling.unwritable('<#1>', 'locked', words));
  return lines;
}

const shared = placeOf(CONVERSATION, { kind: 'channel', isShared: true });
const CALLS: CommandCall[] = [
  admin,
  member,
  { ...admin, place: shared },
  { ...member, place: shared },
  { ...member, place: shared, isModerator: true },
  { ...member, place: shared, access: 'role' },
];

const READ = ['text', 'title', 'label', 'description', 'hint', 'placeholder', 'prompt', 'announcement'];

/** The texts of a command or a reply that people read, in order. */
function readIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner !== 'string' ? readIn(inner) : READ.includes(key) ? [inner] : [],
  );
}

async function commandsOn({ words }: Platform): Promise<string[]> {
  const lines: string[] = [];
  await using set = await commanding({ words });
  const { commands, server } = set;
  const port = new URL(server.url).port;
  const note = (value: unknown) =>
    void lines.push(...readIn(value).map((text) => text.replaceAll(port, 'PORT')));
  note(commands.list);
  for (const call of CALLS) {
    for (const { name } of commands.list) {
      note(await commands.run(name, call, { prompt: 'hello' }));
      if (name === 'forget' || name === 'export') {
        note(await commands.run(name, call, { what: 'conversation' }));
        note(await commands.pick(name, call, 'all'));
      }
    }
    note(await commands.run('forget', call, { what: 'server' }));
    note(await commands.run('nothing', call, {}));
  }
  const panel = await commands.run('settings', admin, {});
  if (panel.type === 'panel')
    for (const { id } of panel.choices) note(await commands.pick('settings', admin, id));
  const limits = await commands.run('limits', admin, {});
  if (limits.type === 'panel')
    for (const { id } of limits.choices) note(await commands.pick('limits', admin, id));
  note(await commands.submit('limit:dayLimit', admin, { dayLimit: ['0'] }));
  note(await commands.submit('limit:personDayLimit', admin, { personDayLimit: ['0.5'] }));
  note(await commands.submit('limit:roleDayLimits', admin, { roles: ['S1'], dollars: ['2'] }));
  note(await commands.submit('setting:channels', admin, { channels: ['C1', 'C2'] }));
  note(await commands.submit('setting:roles', admin, { roles: ['S1'] }));
  note(await commands.submit('setting:whoMayAsk', admin, { whoMayAsk: ['nobody'] }));
  note(await commands.submit('setting:baseUrl', admin, { baseUrl: [`${server.url}/v1`] }));
  note(await commands.submit('setting:baseUrl', admin, { baseUrl: [''] }));
  note(await commands.submit('key:0', admin, { key: ['sk-0123456789'] }));
  const { id } = formOf(await commands.run('key set', admin, {}));
  note(await commands.submit(id, admin, { key: ['sk-0123456789'] }));
  note(await commands.run('key status', admin, {}));
  note(await commands.run('model', admin, {}));
  note(await commands.run('key remove', admin, {}));
  note(await commands.submit('forget', { ...admin, place: shared }, { word: ['forget'] }));
  return lines;
}

describe.each(Object.entries(PLATFORMS))('on %s', (name, platform) => {
  it('the sentences of core stay as they are', async () => {
    const lines = noticesOn(platform);
    if (platform.spaces.length > 0) lines.push(...(await commandsOn(platform)));
    const unique = [...new Set(lines)];
    await expect(`${unique.join('\n\n')}\n`).toMatchFileSnapshot(`words/${name}.txt`);
  });
});

it.each([
  ['operator', 'src/core/sentences/en/operator'],
  ['discord', 'src/adapters/discord/sentences/en'],
  ['slack', 'src/adapters/slack/sentences/en'],
])('the catalogue for %s stays as it is', async (name, folder) => {
  await expect(`${sentencesOf(folder).join('\n')}\n`).toMatchFileSnapshot(`words/catalogue-${name}.txt`);
});
