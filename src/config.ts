/** Environment → Config. Read here and nowhere else; `.env.example` and the README's table are tested against it. */
import { z } from 'zod';
import { PERSON_FORMS, PLATFORM_SETTINGS, PLATFORMS } from './adapters/all.ts';
import {
  amount,
  ConfigError,
  count,
  idsOf,
  type Meta,
  oneOf,
  port,
  SHORTEST_TOKEN,
  seconds,
  token,
} from './config-fields.ts';
import type { AccessLists } from './core/access/access-lists.ts';
import { noLists } from './core/access/access-lists.ts';
import { OPENAI_BASE_URL, readBaseUrl } from './core/models/base-url.ts';
import { fileSettingOf, readSecretFiles } from './secret-files.ts';
import { parseKeyRing } from './store/secrets/vault.ts';
import { isOnServer } from './store/url.ts';

const storeUrl = z
  .string()
  .regex(
    /^(?:sqlite|postgres(?:ql)?):\/\/./,
    'must be sqlite://path/to/file.sqlite or postgres://user:password@host:5432/database',
  );

export const schema = z.object({
  ...PLATFORM_SETTINGS,
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
  PORT: port().default(3000).meta({
    shown: '3000',
    meaning:
      'The port of the page, of requests that platforms send, and of /healthz and /readyz as bare statuses',
  }),
  INTERNAL_PORT: port().optional().meta({
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
  ALLOWED_PEOPLE: idsOf(
    PERSON_FORMS,
    `People who are answered, ${PERSON_FORMS.map(({ form }) => `\`${form}\``).join(' or ')}, separated by commas; empty: all`,
  ),
  BLOCKED_PEOPLE: idsOf(PERSON_FORMS, 'People who are not answered; wins over allowed'),
  DIRECT_MESSAGES: oneOf(['on', 'off'], 'on', 'Whether Parley answers direct messages of chat platforms'),
  OWN_KEY_ONLY: oneOf(
    ['off', 'on'],
    'off',
    'Whether people of chat platforms are answered only with a key of their own: `on`, and the operator pays for nobody there',
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
    'Answers at once in one server, workspace or session of the page, in each process; more wait their turn',
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
        'What was said on a chat platform while Parley was not connected is answered when it is no older, in minutes; 0: nothing of it',
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
    ...PLATFORMS.flatMap(
      ({ problems }) =>
        problems?.({
          has,
          isShared: isOnServer(String(read.env.STORE_URL ?? '')),
          ...(result.success && { config: result.data }),
        }) ?? [],
    ),
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

/** What a store on a server asks for, since several processes work on it and what they make for themselves would differ. */
function serverProblems(config: Config, has: (name: keyof Config) => boolean): string[] {
  if (!isOnServer(config.STORE_URL)) return [];
  if (has('MASTER_KEYS')) return [];
  return [
    'MASTER_KEYS must be set with a Postgres store, the same for each process. Copy it from data/master.keys, or make it: `echo "k1:$(openssl rand -base64 32)"`.',
  ];
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
  const lists = PLATFORMS.map(({ admission }) => admission?.lists(config));
  const person = { allowed: config.ALLOWED_PEOPLE, blocked: config.BLOCKED_PEOPLE };
  return Object.assign(noLists(), ...lists, { person });
}

/** Every variable that Parley reads. */
export function settingNames(): string[] {
  return [...Object.keys(schema.shape), ...secretSettings().map(fileSettingOf)];
}

/** The settings that can also be read from a file. */
export function secretSettings(): string[] {
  return describeConfig().flatMap(({ name, isSecret }) => (isSecret ? name : []));
}

/** Beginnings of variables that the SDKs of models and platforms may read. */
const OF_LIBRARIES = ['OPENAI_', ...PLATFORMS.map(({ name }) => `${name.toUpperCase()}_`)];

/**
 * Takes Parley's settings and those of libraries out of the environment, so that no program that is started inherits
 * them, and no library picks up by itself, for a tenant's request, what was meant as the operator's (openai reads
 * OPENAI_CUSTOM_HEADERS and others).
 */
export function hideFromLibraries(env: NodeJS.ProcessEnv): void {
  const settings = new Set(settingNames());
  for (const name of Object.keys(env)) {
    if (settings.has(name) || OF_LIBRARIES.some((prefix) => name.startsWith(prefix))) delete env[name];
  }
}

/** Every setting with what the documents say of it, in the order of the schema. */
export function describeConfig(): (Meta & { name: string })[] {
  return Object.entries(schema.shape).map(([name, type]) => ({ name, ...(type.meta() as unknown as Meta) }));
}
