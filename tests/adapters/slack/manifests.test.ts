/** The manifests in `slack/`, held to what the code needs of a Slack app: no event unheard, no scope unused. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SLASH } from '../../../src/adapters/slack/interactions/typed-command.ts';
import { AGENT_EVENTS, AGENT_SCOPES, BOT_EVENTS, SCOPES } from '../../../src/adapters/slack/manifest.ts';

const root = new URL('../../..', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

interface Manifest {
  display_information: { name: string; description: string };
  features: {
    app_home: Record<string, boolean>;
    shortcuts: { name: string; type: string; callback_id: string; description: string }[];
    slash_commands: { command: string; description: string }[];
    agent_view?: { agent_description: string; suggested_prompts: { title: string; message: string }[] };
  };
  oauth_config: { scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] } } & Record<string, unknown>;
}

/** By method of the Web API, what it needs (docs.slack.dev, reference of methods). */
const METHODS: Record<string, string[]> = {
  'chat.': ['chat:write'],
  'assistant.threads.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'assistant.threads.setTitle': ['assistant:write'],
  'agents.sessions.': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.members': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.info': ['files:read'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  filesUploadV2: ['files:write'],
  'users.info': ['users:read'],
  'users.conversations': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'usergroups.': ['usergroups:read'],
  'reactions.': ['reactions:write'],
  'views.': [],
  'auth.': [],
  'apps.': [],
};

/** By event, as the manifest names it (docs.slack.dev, reference of events). */
const EVENTS: Record<string, string[]> = {
  app_mention: ['app_mentions:read'],
  channel_deleted: ['channels:read'],
  group_deleted: ['groups:read'],
  app_context_changed: ['assistant:write'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
};

const sources = globSync('src/adapters/slack/**/*.ts', { cwd: root }).map(read).join('\n');
/** Calls of a client of the Web API, such as `client.chat.update(`. */
const called = [
  ...sources.matchAll(
    /\.((?:chat|assistant|agents|conversations|files|users|usergroups|reactions|views|auth|apps|team|bots)\.[\w.]+|filesUploadV2)\(/g,
  ),
].map(([, method = '']) => method);

describe.each<[string, string[], string[]]>([
  ['bot', BOT_EVENTS, SCOPES],
  ['agent', [...BOT_EVENTS, ...AGENT_EVENTS], [...SCOPES, ...AGENT_SCOPES]],
])('the manifest of the %s', (name, events, scopes) => {
  const manifest: Manifest = JSON.parse(read(`src/adapters/slack/manifest-${name}.json`));

  it('subscribes to the events that the code listens for, and to no others', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual([...events].sort());
  });

  it('asks for the scopes that the code needs, and for no others', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual([...scopes].sort());
  });

  it('has the command and the shortcut that the code answers', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([SLASH]);
    expect(manifest.features.shortcuts).toMatchObject([{ name: 'Ask Parley', type: 'message' }]);
    for (const { callback_id } of manifest.features.shortcuts) expect(sources).toContain(`'${callback_id}'`);
  });

  it('lets people write to the app, and keeps tokens that do not expire', () => {
    expect(manifest.features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: true,
      token_rotation_enabled: false,
      interactivity: { is_enabled: true },
    });
  });

  it('keeps within what Slack takes', () => {
    const { display_information, features } = manifest;
    expect(display_information.name.length).toBeLessThanOrEqual(35);
    expect(display_information.description.length).toBeLessThanOrEqual(140);
    for (const { name, description } of features.shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
    expect(features.agent_view?.agent_description.length ?? 0).toBeLessThanOrEqual(300);
    expect(features.agent_view?.suggested_prompts.length ?? 0).toBeLessThanOrEqual(4);
    expect(features.agent_view !== undefined).toBe(name === 'agent');
  });
});

describe('the code', () => {
  const needed = (method: string) =>
    Object.entries(METHODS).find(([prefix]) => method === prefix || method.startsWith(prefix))?.[1];

  it('calls no method whose scopes nobody looked up', () => {
    expect(called.filter((method) => !needed(method))).toEqual([]);
  });

  it('needs the scopes that the manifests ask for, all of them and no more', () => {
    // The feature of the agent manifest comes with assistant:write.
    const used = new Set([
      'commands',
      'assistant:write',
      ...called.flatMap((method) => needed(method) ?? []),
    ]);
    for (const event of [...BOT_EVENTS, ...AGENT_EVENTS])
      for (const scope of EVENTS[event] ?? []) used.add(scope);
    // Files are downloaded by their address, with the token of the bot.
    if (/url_private/.test(sources)) used.add('files:read');
    expect([...used].sort()).toEqual([...SCOPES, ...AGENT_SCOPES].sort());
  });

  it('listens for the events it needs, and for no others', () => {
    const heard = [...sources.matchAll(/\.event\(\s*'([\w.]+)'/g)].map(([, event = '']) => event);
    if (/\.message\(|\.event\(\s*'message'/.test(sources)) {
      heard.push('message.channels', 'message.groups', 'message.im', 'message.mpim');
    }
    const events = new Set(heard.filter((event) => event !== 'message'));
    expect([...events].sort()).toEqual([...BOT_EVENTS, ...AGENT_EVENTS].sort());
  });
});
