/**
 * Makes the configuration from the environment. Only this file reads it; a test compares `.env.example` and the
 * documents with it.
 */
import { z } from 'zod';
import { PERSON_FORMS, PLATFORM_SETTINGS, PLATFORMS } from './adapters/all.ts';
import {
  amount,
  ConfigError,
  idsOf,
  type Meta,
  oneOf,
  port,
  SHORTEST_TOKEN,
  seconds,
  token,
} from './config-fields.ts';
import { portProblems, serverProblems } from './config-problems.ts';
import { OPENAI_BASE_URL, readBaseUrl } from './core/models/base-url.ts';
import { fileSettingOf, readSecretFiles } from './secret-files.ts';
import { limitSettings } from './start/limit-settings.ts';
import { priceSettings } from './start/price-settings.ts';
import { toolSettings } from './start/tool-settings.ts';
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
        "The operator's API key. Without it, and without OPENAI_BASE_URL, the built-in demo answers on the page",
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
    .meta({ shown: OPENAI_BASE_URL, meaning: 'The address of OpenAI, or of any OpenAI-compatible server' }),
  OPENAI_MODEL: z
    .string()
    .default('gpt-6-luna')
    .meta({ shown: 'gpt-6-luna', meaning: 'The model that answers unless people choose another one' }),
  OPENAI_TRANSCRIPTION_MODEL: z.string().default('gpt-4o-mini-transcribe').meta({
    shown: 'gpt-4o-mini-transcribe',
    meaning: 'The model that transcribes voice messages',
  }),
  OPENAI_IMAGE_MODEL: z.string().trim().min(1).optional().meta({
    shown: '',
    meaning:
      'The model that makes pictures where the server has no tool of its own for that, such as `gpt-image-1`. At OpenAI, the Responses API needs none',
  }),
  OPENAI_TITLE_MODEL: z.string().trim().min(1).optional().meta({
    shown: '',
    meaning:
      'A small model that writes the titles of conversations on the page after their first answer; empty: the first line of the first message is the title',
  }),
  OPENAI_API: oneOf(
    ['auto', 'responses', 'chat'],
    'auto',
    'The API that Parley uses with that server: `responses`, `chat` (Chat Completions), or `auto`: Responses for OpenAI itself, Chat Completions for others',
  ),
  MODEL_FIRST_CHUNK_TIMEOUT: seconds(
    120,
    'Seconds that Parley waits for the first sign of life of a model. After a sign of life, it waits up to half an hour for text',
  ),
  MODEL_STALL_TIMEOUT: seconds(60, 'Seconds that Parley waits for a sign of life within an answer'),
  MODEL_CONTEXT: z.coerce
    .number('must be a number of tokens')
    .int('must be a whole number of tokens')
    .min(500, 'must be at least 500 tokens')
    .default(64_000)
    .meta({
      shown: '64000',
      meaning:
        "Most tokens of a conversation that Parley sends to the model; keep it below the model's own limit",
    }),
  ...priceSettings,
  STORE_URL: storeUrl.default('sqlite://data/parley.sqlite').meta({
    shown: 'sqlite://data/parley.sqlite',
    isSecret: true,
    meaning:
      'The store of conversations and settings: a file, or `postgres://user:password@host:5432/database` for several processes',
  }),
  MOVE_TO: storeUrl.optional().meta({
    shown: '',
    isSecret: true,
    meaning: 'The store that `npm start -- move` copies everything to',
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
        'Master keys, `id:base64` separated by commas: the first encrypts secrets, all decrypt. If not set, Parley makes one beside the store (mode 600) at the first start; with Postgres it must be set',
    }),
  HOST: z.string().default('127.0.0.1').meta({
    shown: '127.0.0.1',
    meaning:
      'The address that Parley listens on. On any but a loopback address, the page asks for the access token',
  }),
  PORT: port().default(3000).meta({
    shown: '3000',
    meaning: 'The port of the page, of requests from platforms, and of /healthz and /readyz without reasons',
  }),
  INTERNAL_PORT: port().optional().meta({
    shown: '',
    meaning: 'The port of /metrics, and of /readyz with its reasons; empty: Parley does not listen on it',
  }),
  INTERNAL_HOST: z.string().default('127.0.0.1').meta({
    shown: '127.0.0.1',
    meaning: 'The address that Parley listens on for INTERNAL_PORT, without asking for a token',
  }),
  METRICS_TOKEN: token(
    'A token, 20 characters or more. Requests with `Authorization: Bearer` and this token read /metrics and the reasons of /readyz on PORT too',
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
    .meta({ shown: '', meaning: 'The address that people open, if a proxy stands before Parley' }),
  TENANT_BASE_URLS: oneOf(
    ['off', 'public', 'any'],
    'off',
    'Whether people may set a base URL of their own: `off`, `public` (https and public addresses only) or `any`. On the open page on loopback they always may',
  ),
  MOST_WAITING: z.coerce
    .number('must be a number of messages')
    .int('must be a whole number of messages')
    .min(1, 'must be at least 1 message')
    .default(20)
    .meta({
      shown: '20',
      meaning:
        'Messages that may wait behind the one being answered; Parley asks people who send more to wait',
    }),
  ALLOWED_PEOPLE: idsOf(
    PERSON_FORMS,
    `People whom Parley answers, ${PERSON_FORMS.map(({ form }) => `\`${form}\``).join(' or ')}, separated by commas; empty: all`,
  ),
  BLOCKED_PEOPLE: idsOf(
    PERSON_FORMS,
    'People whom Parley does not answer, even if they are in ALLOWED_PEOPLE',
  ),
  DIRECT_MESSAGES: oneOf(['on', 'off'], 'on', 'Whether Parley answers direct messages on chat platforms'),
  OWN_KEY_ONLY: oneOf(
    ['off', 'on'],
    'off',
    '`on`: on chat platforms Parley answers only with a key that is set there, so the operator pays for nobody there',
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
        'Models that people may choose when the operator pays, separated by commas; `*`: all. Empty: OPENAI_MODEL alone with OPENAI_API_KEY; all at a model server without a key, and on the open page',
    }),
  ...toolSettings,
  ...limitSettings,
  STOP_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must be a number of seconds, 0 or more')
    .max(3_600, 'must be at most 3600 seconds')
    .default(8)
    .meta({
      shown: '8',
      meaning: 'Seconds that answers have to end when Parley is stopped; the next start redoes the rest',
    }),
  MISSED_MINUTES: z.coerce
    .number('must be a number of minutes')
    .min(0, 'must be a number of minutes, 0 or more')
    .default(60)
    .meta({
      shown: '60',
      meaning:
        'Minutes: after an outage, Parley answers messages on chat platforms that it missed, if they are no older than this; 0: none',
    }),
  HISTORY_DAYS: amount(
    0,
    'days',
    'Days until Parley deletes a message, with its answer and files; 0: never. A server, a workspace or a person on the page can choose fewer in the settings',
  ),
  FILES_DAYS: amount(
    0,
    'days',
    'Days until Parley deletes attached files, sooner than their message; 0: with their message',
  ),
  FILES_PER_PERSON_MB: amount(
    100,
    'megabytes',
    'Megabytes of files that Parley keeps of one person in one server, workspace or browser; beyond that, it deletes the oldest',
  ),
  FILES_PER_TENANT_MB: amount(
    2048,
    'megabytes',
    'Megabytes of files that Parley keeps of all people of one server, workspace or browser; beyond that, it deletes the oldest',
  ),
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'The lowest level that Parley logs: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
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
  // A setting whose file cannot be read is reported for that alone, not as missing too.
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
    ...(result.success ? [...serverProblems(result.data.STORE_URL, has), ...portProblems(result.data)] : []),
  ];
  if (result.success && incomplete.length === 0) return result.data;
  throw new ConfigError([
    ...(result.error?.issues ?? []).map(
      ({ path, message }) => `${String(path[0])} ${message.replace(/\.$/, '')}.`,
    ),
    ...incomplete,
  ]);
}

/** Every variable that Parley reads. */
export function settingNames(): string[] {
  return [...Object.keys(schema.shape), ...secretSettings().map(fileSettingOf)];
}

/** The settings that can also be read from a file. */
export function secretSettings(): string[] {
  return describeConfig().flatMap(({ name, isSecret }) => (isSecret ? name : []));
}

/** Every setting with its meaning for the documents, in the order of the schema. */
export function describeConfig(): (Meta & { name: string })[] {
  return Object.entries(schema.shape).map(([name, type]) => ({ name, ...(type.meta() as unknown as Meta) }));
}
