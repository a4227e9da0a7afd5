/** Environment → Config. Read here and nowhere else; `.env.example` and the README's table are tested against it. */
import { z } from 'zod';
import { readId } from './access-ids.ts';
import { readNetworks } from './adapters/web/door/client-address.ts';
import { isOpenPage } from './adapters/web/door/open-page.ts';
import type { AccessLists, Kind } from './core/access/access-lists.ts';
import { normalAddress, OPENAI_BASE_URL, readBaseUrl } from './core/models/base-url.ts';
import { fileSettingOf, readSecretFiles } from './secret-files.ts';
import { parseKeyRing } from './store/secrets/vault.ts';
import { isOnServer } from './store/url.ts';

/** What is wrong with the environment, a sentence a problem, each naming its variable and the way out. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

interface Meta {
  /** The default as `.env.example` and the README show it; '' where there is none. */
  shown: string;
  meaning: string;
  /** It can also be read from a file. */
  isSecret?: true;
}

const seconds = (fallback: number, meaning: string) =>
  z.coerce
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(3_600, 'must be at most 3600 seconds')
    .default(fallback)
    .meta({ shown: String(fallback), meaning });
const count = (fallback: number, what: string, meaning: string) =>
  z.coerce
    .number(`must be a number of ${what}`)
    .int(`must be a whole number of ${what}`)
    .min(1, 'must be at least 1')
    .max(10_000, 'must be at most 10000')
    .default(fallback)
    .meta({ shown: String(fallback), meaning });
/** @param what in the plural */
const amount = (fallback: number, what: string, meaning: string) =>
  z.coerce
    .number(`must be a number of ${what}`)
    .min(0, `must be a number of ${what}, 0 or more`)
    .max(1_000_000, `must be at most 1000000 ${what}`)
    .default(fallback)
    .meta({ shown: String(fallback), meaning });
const oneOf = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
  meaning: string,
) =>
  z
    .enum(values, `must be one of ${values.join(', ')}`)
    .default(fallback as never)
    .meta({ shown: fallback, meaning });
const address = (example: string) =>
  z.string().transform((text, context) => {
    const url = normalAddress(text);
    if (url === undefined) context.addIssue(`must be an http or https address such as ${example}`);
    return url ?? '';
  });

const storeUrl = z
  .string()
  .regex(
    /^(?:sqlite|postgres(?:ql)?):\/\/./,
    'must be sqlite://path/to/file.sqlite or postgres://user:password@host:5432/database',
  );

const token = (meaning: string, prefix = '') =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, {
      error: 'must have plain characters only; copy it again, whole',
      abort: true,
    })
    .startsWith(prefix, `must begin with ${prefix}; the others on Slack's pages are for something else`)
    .optional()
    .meta({ shown: '', meaning, isSecret: true });

/** Ids separated by commas. */
const idsOf = (kind: Kind, meaning: string) =>
  z
    .string()
    .transform((text, context) => {
      const given = text.split(',').flatMap((id) => id.trim() || []);
      // Commas alone would make an empty list, which lets in everybody.
      const read = (given.length > 0 ? given : ['']).map((id) => readId(kind, id));
      for (const [i, one] of read.entries())
        if ('wanted' in one)
          context.addIssue(
            `must hold ids separated by commas, each ${one.wanted}; ${JSON.stringify(given[i] ?? '')} is none`,
          );
      return read.flatMap((one) => ('id' in one ? one.id : []));
    })
    .default([])
    .meta({ shown: '', meaning });

/** Characters of a token that whoever reaches Parley may try: too many to guess. */
export const SHORTEST_TOKEN = 20;

const DISCORD_API_URL = 'https://discord.com/api';
const SLACK_API_URL = 'https://slack.com/api/';

export const schema = z.object({
  DISCORD_TOKEN: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must have plain characters only; copy the token again, whole')
    .optional()
    .meta({ shown: '', meaning: "The bot's token; turns Discord on", isSecret: true }),
  // With a version or without, as it is often written.
  DISCORD_API_URL: address(DISCORD_API_URL)
    .transform((url) => url.replace(/(\/api)\/v\d+$/, '$1'))
    .default(DISCORD_API_URL)
    .meta({ shown: DISCORD_API_URL, meaning: "Where Discord's REST API is" }),
  SLACK_BOT_TOKEN: token('The bot token of one Slack workspace (xoxb-…); turns Slack on', 'xoxb-'),
  SLACK_APP_TOKEN: token('The app-level token (xapp-…), for Socket Mode', 'xapp-'),
  SLACK_SIGNING_SECRET: token(
    'The signing secret, in place of SLACK_APP_TOKEN: Slack then sends its requests to /slack/events',
  ),
  SLACK_CLIENT_ID: token(
    'In place of SLACK_BOT_TOKEN, to be installed into many workspaces by /slack/install',
  ),
  SLACK_CLIENT_SECRET: token('Beside SLACK_CLIENT_ID'),
  SLACK_STATE_SECRET: token('Beside SLACK_CLIENT_ID: any long random text; signs installations under way'),
  SLACK_API_URL: address(SLACK_API_URL)
    .transform((url) => `${url}/`)
    .default(SLACK_API_URL)
    .meta({ shown: SLACK_API_URL, meaning: "Where Slack's Web API is" }),
  OPENAI_API_KEY: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must have plain characters only; copy the key again, whole')
    .optional()
    .meta({
      shown: '',
      isSecret: true,
      meaning:
        "The operator's key; without one, and without a base URL, the built-in demo answers on the page",
    }),
  OPENAI_BASE_URL: z
    .string()
    .transform((text, context) => {
      const read = readBaseUrl(text);
      if ('baseUrl' in read) return read.baseUrl;
      context.addIssue(
        read.problem === 'secret'
          ? 'must hold no password or key; the key belongs into OPENAI_API_KEY'
          : 'must be an http or https address such as http://localhost:11434/v1',
      );
      return z.NEVER;
    })
    .optional()
    .meta({ shown: OPENAI_BASE_URL, meaning: 'OpenAI, or any OpenAI-compatible server' }),
  OPENAI_MODEL: z
    .string()
    .default('gpt-6-luna')
    .meta({ shown: 'gpt-6-luna', meaning: 'The model that answers where nobody chose another' }),
  OPENAI_TRANSCRIPTION_MODEL: z.string().default('gpt-4o-mini-transcribe').meta({
    shown: 'gpt-4o-mini-transcribe',
    meaning: 'The model that writes down voice messages',
  }),
  OPENAI_API: oneOf(
    ['auto', 'responses', 'chat'],
    'auto',
    'Which API that server is asked by: `responses`, `chat`, or `auto`: Responses for OpenAI itself, Chat Completions for others',
  ),
  MODEL_FIRST_CHUNK_TIMEOUT: seconds(
    120,
    'Seconds a model may give no sign of life before it begins; one that gives some is waited for up to half an hour',
  ),
  MODEL_STALL_TIMEOUT: seconds(60, 'Seconds a model may give no sign of life in the middle of an answer'),
  MODEL_CONTEXT: z.coerce
    .number('must be a number of tokens')
    .int('must be a whole number of tokens')
    .min(500, 'must be at least 500 tokens')
    .default(64_000)
    .meta({
      shown: '64000',
      meaning:
        'How much of a conversation is sent along at most, in tokens; keep it below what the model reads',
    }),
  STORE_URL: storeUrl.default('sqlite://data/parley.sqlite').meta({
    shown: 'sqlite://data/parley.sqlite',
    isSecret: true,
    meaning:
      'Where conversations and settings are kept: a file, or `postgres://user:password@host:5432/database` for several processes',
  }),
  MOVE_TO: storeUrl.optional().meta({
    shown: '',
    isSecret: true,
    meaning: 'Where `npm start -- move` copies the store to',
  }),
  MASTER_KEYS: z
    .string()
    .transform((text, context) => {
      try {
        return parseKeyRing(text);
      } catch (error) {
        context.addIssue(
          `must be a list like id:base64 of 32 bytes (make one with \`openssl rand -base64 32\`): ${error instanceof Error ? error.message : ''}`,
        );
        return z.NEVER;
      }
    })
    .optional()
    .meta({
      shown: '',
      isSecret: true,
      meaning:
        'Keys that encrypt what is secret, `id:base64` separated by commas; the first encrypts, all decrypt. Made on first start beside the store (mode 600) where not set; with Postgres it must be set',
    }),
  HOST: z.string().default('127.0.0.1').meta({
    shown: '127.0.0.1',
    meaning: 'The address to listen on; other than loopback, the page asks for an access token',
  }),
  PORT: z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65_535, 'must be at most 65535')
    .default(3000)
    .meta({
      shown: '3000',
      meaning: 'The port of the page, of /slack/…, and of /healthz and /readyz as bare statuses',
    }),
  INTERNAL_PORT: z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65_535, 'must be at most 65535')
    .optional()
    .meta({
      shown: '',
      meaning: 'The port of /metrics and of /readyz with its reasons; not served where it is not set',
    }),
  INTERNAL_HOST: z.string().default('127.0.0.1').meta({
    shown: '127.0.0.1',
    meaning: 'The address that INTERNAL_PORT is listened on; it asks nobody for a token',
  }),
  METRICS_TOKEN: token(
    'With it, /metrics and the reasons of /readyz are on PORT as well, for who sends `Authorization: Bearer` and this; 20 characters or more',
  ).refine((value) => value === undefined || value.length >= SHORTEST_TOKEN, {
    error: `must have ${SHORTEST_TOKEN} characters or more (make it with \`openssl rand -hex 24\`)`,
  }),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://parley.example.com' })
    .refine(
      (text) => !/[?#@]/.test(text),
      'must be an address alone, such as https://parley.example.com, without a password, `?` or `#`',
    )
    .optional()
    .meta({ shown: '', meaning: 'The address people open, where a proxy stands before Parley' }),
  WEB: oneOf(['on', 'off'], 'on', 'The page'),
  WEB_TOKEN: z
    .string()
    .trim()
    .min(
      SHORTEST_TOKEN,
      `must have ${SHORTEST_TOKEN} characters or more, so that nobody guesses it; make one with \`openssl rand -base64 32\``,
    )
    .optional()
    .meta({
      shown: '',
      isSecret: true,
      meaning: `The access token of the page, ${SHORTEST_TOKEN} characters or more; made beside the store where needed and not set; with Postgres it must be set then`,
    }),
  WEB_OPEN: oneOf(
    ['off', 'on'],
    'off',
    'The page stays open to everyone who reaches it, without the access token and without base URLs of their own; `off`: on loopback it is open, until it is reached from elsewhere',
  ),
  TRUSTED_PROXIES: z
    .string()
    .transform((text, context) => {
      const read = readNetworks(text);
      if ('networks' in read) return read.networks;
      context.addIssue(
        `must be addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8; ${JSON.stringify(read.problem)} is neither`,
      );
      return z.NEVER;
    })
    .default([])
    .meta({
      shown: '',
      meaning:
        'Addresses and networks of the proxies before Parley, separated by commas; their X-Forwarded-For and X-Forwarded-Proto are believed',
    }),
  TENANT_BASE_URLS: oneOf(
    ['off', 'public', 'any'],
    'off',
    'Whether people may set a base URL of their own: `off`, `public` (https, public addresses only) or `any`; the open page on loopback always may',
  ),
  MOST_WAITING: z.coerce
    .number('must be a number of messages')
    .int('must be a whole number of messages')
    .min(1, 'must be at least 1 message')
    .default(20)
    .meta({
      shown: '20',
      meaning: 'Messages that may wait while one before them is answered; who says more is told to wait',
    }),
  ALLOWED_SERVERS: idsOf('server', 'Discord servers that are answered, ids separated by commas; empty: all'),
  BLOCKED_SERVERS: idsOf('server', 'Discord servers that are not answered; wins over allowed'),
  ALLOWED_WORKSPACES: idsOf(
    'workspace',
    'Slack workspaces that are answered, team ids separated by commas; empty: all',
  ),
  BLOCKED_WORKSPACES: idsOf('workspace', 'Slack workspaces that are not answered; wins over allowed'),
  ALLOWED_PEOPLE: idsOf(
    'person',
    'People of Discord and Slack who are answered, `discord:<id>` or `slack:<team>:<id>`, separated by commas; empty: all',
  ),
  BLOCKED_PEOPLE: idsOf('person', 'People who are not answered; wins over allowed'),
  DIRECT_MESSAGES: oneOf(['on', 'off'], 'on', 'Whether Parley answers direct messages on Discord and Slack'),
  OWN_KEY_ONLY: oneOf(
    ['off', 'on'],
    'off',
    'Whether people on Discord and Slack are answered only with a key of their own: `on`, and the operator pays for nobody there',
  ),
  OPERATOR_MODELS: z
    .string()
    .transform((text) => {
      const names = text.split(',').map((one) => one.trim());
      return names.includes('*') ? ('all' as const) : names;
    })
    .refine(
      (list) => list === 'all' || !list.includes(''),
      'must be names of models separated by commas, or *',
    )
    .optional()
    .meta({
      shown: '',
      meaning:
        'Models to choose among for whom the operator pays, separated by commas; `*`: all. Empty: OPENAI_MODEL alone with OPENAI_API_KEY, all at a server without a key and on the open page',
    }),
  PERSON_PER_MINUTE: count(
    20,
    'messages',
    'Messages of one person that are answered in a minute, with Regenerate and Continue; who says more is told when to come again. On the open page, this and the next two hold only where they are changed',
  ),
  PERSON_AT_ONCE: count(
    4,
    'answers',
    'Answers to one person at once, in each process; more wait their turn, and none is lost',
  ),
  TENANT_AT_ONCE: count(
    50,
    'answers',
    'Answers at once in one Discord server, Slack workspace or session of the page, in each process; more wait their turn',
  ),
  STOP_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must be a number of seconds, 0 or more')
    .max(3_600, 'must be at most 3600 seconds')
    .default(8)
    .meta({
      shown: '8',
      meaning:
        'Seconds that answers have to end when Parley is told to stop; the next start goes on with the rest',
    }),
  MISSED_MINUTES: z.coerce
    .number('must be a number of minutes')
    .min(0, 'must be a number of minutes, 0 or more')
    .default(60)
    .meta({
      shown: '60',
      meaning:
        'What was said on Discord and Slack while Parley was not connected is answered when it is no older, in minutes; 0: nothing of it',
    }),
  LEFT_SERVER_DAYS: z.coerce
    .number('must be a number of days')
    .min(0, 'must be a number of days, 0 or more')
    .default(7)
    .meta({
      shown: '7',
      meaning:
        'Days after which the settings, key and history of a server that Parley was removed from are deleted',
    }),
  HISTORY_DAYS: amount(
    0,
    'days',
    'Days after which what was said is deleted, with its answer and files; 0: never. A server can choose fewer (`/settings`)',
  ),
  FILES_DAYS: amount(
    0,
    'days',
    'Days after which attached files are deleted, sooner than what was said with them; 0: with that',
  ),
  FILES_PER_PERSON_MB: amount(
    100,
    'megabytes',
    'Files that are kept of one person in one server, workspace or browser, in MB; beyond it, the oldest go',
  ),
  FILES_PER_TENANT_MB: amount(
    2048,
    'megabytes',
    'The same of all people of one server, workspace or browser together',
  ),
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'How much is logged',
  ),
});

export type Config = z.output<typeof schema>;

/**
 * Reads the settings; an empty value counts as not set.
 * @throws ConfigError with every problem at once
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value]])),
  );
  const read = readSecretFiles(given, secretSettings());
  const result = schema.safeParse(read.env);
  // One whose file cannot be read is not missing as well.
  const has = (name: keyof Config) => (given[name] ?? given[fileSettingOf(name)]) !== undefined;
  const incomplete = [
    ...read.problems,
    ...slackProblems(has),
    ...(result.success ? [...serverProblems(result.data, has), ...portProblems(result.data)] : []),
  ];
  if (result.success && incomplete.length === 0) return result.data;
  throw new ConfigError([
    ...(result.error?.issues ?? []).map(
      ({ path, message }) => `${String(path[0])} ${message.replace(/\.$/, '')}.`,
    ),
    ...incomplete,
  ]);
}

function portProblems({ PORT, INTERNAL_PORT }: Config): string[] {
  if (INTERNAL_PORT === undefined || INTERNAL_PORT === 0 || INTERNAL_PORT !== PORT) return [];
  return ['INTERNAL_PORT must be another port than PORT, which everybody reaches.'];
}

/** How the page is open, as it is configured. */
export function kindOfDoor({ HOST, PUBLIC_URL, WEB_OPEN }: Config): 'open' | 'loopback' | 'token' {
  if (WEB_OPEN === 'on') return 'open';
  return isOpenPage(HOST, PUBLIC_URL) ? 'loopback' : 'token';
}

/** What a store on a server asks for, since several processes work on it and what they make for themselves would differ. */
function serverProblems(config: Config, has: (name: keyof Config) => boolean): string[] {
  if (!isOnServer(config.STORE_URL)) return [];
  const problems: string[] = [];
  if (!has('MASTER_KEYS')) {
    problems.push(
      'MASTER_KEYS must be set with a Postgres store, the same for each process. Copy it from data/master.keys, or make it: `echo "k1:$(openssl rand -base64 32)"`.',
    );
  }
  if (config.WEB === 'on' && kindOfDoor(config) === 'token' && !has('WEB_TOKEN')) {
    problems.push(
      'WEB_TOKEN must be set with a Postgres store, the same for each process, since the page can be reached from elsewhere. Copy it from data/web.token, or make it: `openssl rand -base64 32`.',
    );
  }
  return problems;
}

/**
 * A limit of people's messages. On the open page of this machine it is the operator who asks: there it holds only where
 * the operator set another than the default.
 */
export function limitOf(
  config: Config,
  name: 'PERSON_PER_MINUTE' | 'PERSON_AT_ONCE' | 'TENANT_AT_ONCE',
  isOperator: boolean,
): number {
  const isDefault = config[name] === schema.shape[name].parse(undefined);
  return isOperator && isDefault ? Number.POSITIVE_INFINITY : config[name];
}

/** The lists of servers, workspaces and people. */
export function accessListsOf(config: Config): AccessLists {
  return {
    server: { allowed: config.ALLOWED_SERVERS, blocked: config.BLOCKED_SERVERS },
    workspace: { allowed: config.ALLOWED_WORKSPACES, blocked: config.BLOCKED_WORKSPACES },
    person: { allowed: config.ALLOWED_PEOPLE, blocked: config.BLOCKED_PEOPLE },
  };
}

/** How Parley is connected to Slack; undefined where it is not. */
export function slackTokensOf(config: Config) {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: stateSecret,
  } = config;
  const oauth = clientId && clientSecret && stateSecret ? { clientId, clientSecret, stateSecret } : undefined;
  if (botToken === undefined && !oauth) return undefined;
  return {
    apiUrl: config.SLACK_API_URL,
    publicUrl: config.PUBLIC_URL,
    botToken,
    oauth,
    appToken,
    signingSecret,
  };
}

/** What is missing of a way to connect to Slack, or is there twice. */
function slackProblems(has: (name: keyof Config) => boolean): string[] {
  const installs = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'] as const;
  const [given] = installs.filter(has);
  const isOne = has('SLACK_BOT_TOKEN');
  const isSocket = has('SLACK_APP_TOKEN');
  const isHttp = has('SLACK_SIGNING_SECRET');
  if (!isOne && !given && !isSocket && !isHttp) return [];
  const problems: string[] = [];
  if (isOne && given) {
    problems.push(
      `SLACK_BOT_TOKEN is for one workspace, ${given} for many. Remove it, or remove ${installs.join(', ')}.`,
    );
  } else if (given) {
    for (const name of installs.filter((name) => !has(name))) {
      problems.push(`${name} is missing beside ${given}. ${SLACK_SOURCES[name]}`);
    }
  } else if (!isOne) {
    problems.push(
      `SLACK_BOT_TOKEN is missing beside ${isSocket ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET'}. ${SLACK_SOURCES.SLACK_BOT_TOKEN}`,
    );
  }
  if (isSocket && isHttp) {
    problems.push(
      'SLACK_APP_TOKEN is for Socket Mode, SLACK_SIGNING_SECRET for requests to /slack/events. Remove one of them.',
    );
  } else if (!isSocket && !isHttp) {
    problems.push(
      `SLACK_APP_TOKEN is missing beside ${given ?? 'SLACK_BOT_TOKEN'}. ${SLACK_SOURCES.SLACK_APP_TOKEN}`,
    );
  }
  return problems;
}

/** Where each is found. */
const SLACK_SOURCES = {
  SLACK_BOT_TOKEN:
    'Copy it from the page of your Slack app (OAuth & Permissions, after installing it), or set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET to be installed into many workspaces.',
  SLACK_APP_TOKEN:
    'Make it on the page of your Slack app (Basic Information, App-Level Tokens) with the scope connections:write, or set SLACK_SIGNING_SECRET to have Slack send its requests to /slack/events.',
  SLACK_CLIENT_ID: 'Copy it from the page of your Slack app (Basic Information, App Credentials).',
  SLACK_CLIENT_SECRET: 'Copy it from the page of your Slack app (Basic Information, App Credentials).',
  SLACK_STATE_SECRET: 'Make one up, such as with `openssl rand -hex 32`.',
};

/** Every variable that Parley reads. */
export function settingNames(): string[] {
  return [...Object.keys(schema.shape), ...secretSettings().map(fileSettingOf)];
}

/** The settings that can also be read from a file. */
export function secretSettings(): string[] {
  return describeConfig().flatMap(({ name, isSecret }) => (isSecret ? name : []));
}

/**
 * Takes Parley's settings and those of libraries out of the environment, so that no program that is started inherits
 * them, and no library picks up by itself, for a tenant's request, what was meant as the operator's (openai reads
 * OPENAI_CUSTOM_HEADERS and others).
 */
export function hideFromLibraries(env: NodeJS.ProcessEnv): void {
  const settings = new Set(settingNames());
  for (const name of Object.keys(env)) {
    if (settings.has(name) || /^(?:OPENAI|DISCORD|SLACK)_/.test(name)) delete env[name];
  }
}

/** Every setting with what the documents say of it, in the order of the schema. */
export function describeConfig(): (Meta & { name: string })[] {
  return Object.entries(schema.shape).map(([name, type]) => ({ name, ...(type.meta() as unknown as Meta) }));
}
