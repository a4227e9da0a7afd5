/** The bot's user, its application, its commands, and where the gateway is. */
import { ApplicationCommandType } from 'discord-api-types/v10';
import type { Context, StoredCommand } from '../context.ts';
import { between, length } from '../rest/component-limits.ts';
import { entryPointRemoved, invalidForm, missingAccess, unknownUser } from '../rest/errors.ts';
import { userPayload } from '../world/payloads.ts';
import { snowflake } from '../world/snowflake.ts';
import type { Route } from './route.ts';

const base = { kind: 'other', bucket: 'other', auth: 'bot' } as const;

const gateway: Route = {
  ...base,
  method: 'GET',
  path: '/gateway/bot',
  handle({ world, settings, stats }) {
    const body = {
      url: `${world.origin.replace('http', 'ws')}/gateway`,
      shards: settings.shards,
      session_start_limit: {
        total: 1000,
        remaining: 1000 - stats.identifies,
        reset_after: 14_400_000,
        max_concurrency: settings.maxConcurrency,
      },
    };
    return { status: 200, body };
  },
};

const me: Route = {
  ...base,
  method: 'GET',
  path: '/users/@me',
  handle: ({ world }) => ({
    status: 200,
    body: {
      ...userPayload(world.bot),
      verified: true,
      mfa_enabled: false,
      email: null,
      locale: 'en-US',
      flags: 0,
    },
  }),
};

const user: Route = {
  ...base,
  method: 'GET',
  path: '/users/:user',
  handle({ world }, { params }) {
    const found = world.users.get(params.user ?? '');
    if (!found) throw unknownUser();
    return { status: 200, body: userPayload(found) };
  },
};

const application: Route = {
  ...base,
  method: 'GET',
  path: '/applications/@me',
  handle: ({ world, settings }) => ({
    status: 200,
    body: {
      id: world.applicationId,
      name: world.bot.name,
      icon: null,
      description: '',
      summary: '',
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: '0'.repeat(64),
      team: null,
      bot: userPayload(world.bot),
      // GATEWAY_MESSAGE_CONTENT_LIMITED: switched on, application not verified.
      flags: settings.messageContentAllowed ? 1 << 19 : 0,
      approximate_guild_count: world.guilds.size,
    },
  }),
};

const readCommands: Route = {
  ...base,
  kind: 'commands',
  method: 'GET',
  path: '/applications/:application/commands',
  handle(context, { params, query }) {
    checkOwn(context, params.application);
    const all = query.get('with_localizations') === 'true';
    return { status: 200, body: context.commands.stored.map((one) => asReturned(one, all)) };
  },
};

/**
 * A command as Discord returns it. Defaults are sometimes omitted and sometimes sent, fields have another order, and
 * translations come only on request (application-commands.mdx, Get Global Application Commands).
 */
function asReturned(value: unknown, withLanguages: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => asReturned(one, withLanguages));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(
    ([name, field]) =>
      field !== false && (!Array.isArray(field) || field.length > 0) && !name.endsWith('_localizations'),
  );
  const languages = Object.entries(value).filter(([name]) => name.endsWith('_localizations'));
  const returned = fields.map(([name, field]) => [name, asReturned(field, withLanguages)]).reverse();
  const isNamed = 'name' in value && 'type' in value;
  return {
    ...(isNamed && withLanguages && { name_localizations: null, description_localizations: null }),
    ...(withLanguages && Object.fromEntries(languages)),
    ...Object.fromEntries(returned),
  };
}

const writeCommands: Route = {
  ...base,
  method: 'PUT',
  path: '/applications/:application/commands',
  handle(context, { params, body }) {
    checkOwn(context, params.application);
    const { commands, stats, world } = context;
    const wanted: unknown[] = Array.isArray(body) ? body : [];
    const types = wanted.map((one) => (one as Partial<StoredCommand>).type);
    const entryPoint = ApplicationCommandType.PrimaryEntryPoint as number;
    if (commands.stored.some(({ type }) => type === entryPoint) && !types.includes(entryPoint))
      throw entryPointRemoved();
    const stored = wanted.map((one, index): StoredCommand => {
      const command = one as Partial<StoredCommand> & { description?: string };
      const type = command.type ?? ApplicationCommandType.ChatInput;
      checkCommand(command, type, String(index));
      const known = commands.stored.find((old) => old.name === command.name && old.type === type);
      return {
        default_member_permissions: null,
        nsfw: false,
        description: '',
        ...command,
        id: known?.id ?? snowflake(),
        application_id: world.applicationId,
        version: snowflake(),
        type,
        name: command.name ?? '',
      } as StoredCommand;
    });
    commands.body = wanted;
    commands.stored = stored;
    stats.commandPuts += 1;
    return { status: 200, body: stored };
  },
};

/** developers/interactions/application-commands.mdx, "Application Command Naming" */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

function checkCommand(
  command: { name?: string; description?: string; options?: unknown },
  type: number,
  path: string,
) {
  length(`${path}.name`, command.name, 1, 32);
  if (type === ApplicationCommandType.PrimaryEntryPoint) return;
  if (type !== ApplicationCommandType.ChatInput) {
    length(`${path}.description`, command.description, 0, 0);
    return;
  }
  checkNamed(command, path);
}

function checkNamed(named: { name?: string; description?: string; options?: unknown }, path: string): void {
  length(`${path}.name`, named.name, 1, 32);
  const name = named.name ?? '';
  if (!NAME.test(name) || name !== name.toLowerCase()) {
    throw invalidForm(`${path}.name`, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
  length(`${path}.description`, named.description, 1, 100);
  const options: object[] = Array.isArray(named.options) ? named.options : [];
  between(`${path}.options`, options.length, 0, 25);
  for (const [index, option] of options.entries()) checkNamed(option, `${path}.options.${index}`);
  const required = options.map((option) => 'required' in option && option.required === true);
  if (required.lastIndexOf(true) > required.indexOf(false) && required.includes(false)) {
    const text = 'Required options must be placed before non-required options';
    throw invalidForm(`${path}.options`, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', text);
  }
}

function checkOwn({ world }: Context, id: string | undefined): void {
  if (id !== world.applicationId) throw missingAccess();
}

export const applicationRoutes: Route[] = [gateway, me, user, application, readCommands, writeCommands];
