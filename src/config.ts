/** Environment → Config. Read here and nowhere else; `.env.example` and the README's table are tested against it. */
import { z } from 'zod';
import { normalBaseUrl, OPENAI_BASE_URL } from './core/models/base-url.ts';
import { parseKeyRing } from './store/vault.ts';

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
  /** As `.env.example` and the README show it; '' where there is none. */
  shown: string;
  meaning: string;
}

const optional = (meta: Meta) =>
  z
    .string()
    .optional()
    .meta({ ...meta });
const seconds = (fallback: number, meaning: string) =>
  z.coerce
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(3_600, 'must be at most 3600 seconds')
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
    const url = normalBaseUrl(text);
    if (url === undefined) context.addIssue(`must be an http or https address such as ${example}`);
    return url ?? '';
  });

const DISCORD_API_URL = 'https://discord.com/api';

export const schema = z.object({
  DISCORD_TOKEN: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must have plain characters only; copy the token again, whole')
    .optional()
    .meta({ shown: '', meaning: "The bot's token; turns Discord on" }),
  DISCORD_API_URL: address(DISCORD_API_URL)
    .default(DISCORD_API_URL)
    .meta({ shown: DISCORD_API_URL, meaning: "Where Discord's REST API is" }),
  OPENAI_API_KEY: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must have plain characters only; copy the key again, whole')
    .optional()
    .meta({
      shown: '',
      meaning:
        "The operator's key; without one, and without a base URL, the built-in demo answers on the page",
    }),
  OPENAI_BASE_URL: address('http://localhost:11434/v1')
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
  MODEL_FIRST_CHUNK_TIMEOUT: seconds(120, 'Seconds a model has to begin its answer'),
  MODEL_STALL_TIMEOUT: seconds(60, 'Seconds a model may pause in the middle of an answer'),
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
  STORE_URL: z
    .string()
    .regex(/^sqlite:\/\/./, 'must be sqlite://path/to/file.sqlite')
    .default('sqlite://data/parley.sqlite')
    .meta({ shown: 'sqlite://data/parley.sqlite', meaning: 'Where conversations and settings are kept' }),
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
      meaning:
        'Keys that encrypt what is secret, `id:base64` separated by commas; the first encrypts, all decrypt. Made on first start beside the store (mode 600) where not set',
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
    .meta({ shown: '3000', meaning: 'The port of the page and of /healthz, /readyz and /metrics' }),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://parley.example.com' })
    .optional()
    .meta({ shown: '', meaning: 'The address people open, where a proxy stands before Parley' }),
  WEB: oneOf(['on', 'off'], 'on', 'The page'),
  WEB_TOKEN: optional({
    shown: '',
    meaning: 'The access token of the page; made on first start beside the store where needed and not set',
  }),
  TENANT_BASE_URLS: oneOf(
    ['off', 'public', 'any'],
    'off',
    'Whether people may set a base URL of their own: `off`, `public` (https, public addresses only) or `any`; the page on loopback always may',
  ),
  LEFT_SERVER_DAYS: z.coerce
    .number('must be a number of days')
    .min(0, 'must be a number of days, 0 or more')
    .default(7)
    .meta({
      shown: '7',
      meaning:
        'Days after which the settings, key and history of a server that Parley was removed from are deleted',
    }),
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
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => `${String(path[0])} ${message.replace(/\.$/, '')}.`),
  );
}

/**
 * Takes the settings of libraries out of the environment, so that none of them picks up by itself, for a
 * tenant's request, what was meant as the operator's (openai reads OPENAI_CUSTOM_HEADERS and others).
 */
export function hideFromLibraries(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (/^(?:OPENAI|DISCORD)_/.test(name)) delete env[name];
}

/** Every setting with what the documents say of it, in the order of the schema. */
export function describeConfig(): { name: string; shown: string; meaning: string }[] {
  return Object.entries(schema.shape).map(([name, type]) => ({ name, ...(type.meta() as unknown as Meta) }));
}
