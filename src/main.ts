/**
 * The command line. `npm start` starts Parley, `npm start -- doctor` checks the configuration, `npm start -- keys
 * rotate` seals the stored keys anew, `npm start -- move` copies the store to MOVE_TO. The running Parley carries out
 * `OPERATOR_COMMANDS`. usage.ts lists all commands.
 */
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { parse } from 'dotenv';
import { adviceOn } from './adapters/all.ts';
import type { App } from './app.ts';
import { findMisspelt } from './cli/misspelt.ts';
import { onNpmGone } from './cli/npm-parent.ts';
import { OPERATOR_COMMANDS } from './cli/operator/commands.ts';
import { startLine } from './cli/start-line.ts';
import { HELP_FLAGS, HELP_WORDS, usage, VERSION_WORDS } from './cli/usage.ts';
import { type Config, readConfig, settingNames } from './config.ts';
import { ConfigError } from './config-fields.ts';
import { AdapterError, StoreError, VaultError } from './core/errors.ts';
import { whereFrom } from './core/reports/where-from.ts';
import { en } from './core/sentences/en.ts';
import { hideFromLibraries } from './hide-settings.ts';
import { createLog } from './log.ts';
import { spendingAdvice } from './start/operator-limits.ts';
import { VERSION } from './version.ts';

enableCompileCache();

const COMMANDS: Record<string, (config: Config, given: Given) => Promise<number | undefined>> = {
  start,
  doctor: async (config, { names }) => (await import('./cli/doctor.ts')).doctor(config, names),
  'keys rotate': async (config) => (await import('./cli/rotate-keys.ts')).rotateKeys(config),
  move: async (config, { target }) => (await import('./cli/move-store.ts')).moveStore(config, target),
};

/** Facts of the command line and the environment besides settings. */
interface Given {
  /** The names of all variables. */
  names: string[];
  target?: string;
}

const words = process.argv.slice(2);
const [first = ''] = words;
if (VERSION_WORDS.includes(first)) say(VERSION);
if (HELP_WORDS.includes(first) || words.some((word) => HELP_FLAGS.includes(word))) say(usage());
const [name = '', target] = words[0] === 'move' ? words : [words.join(' ') || 'start'];
const isOfOperator = OPERATOR_COMMANDS.some((one) => one.name === words[0]);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : isOfOperator ? operate : undefined;
if (!command) {
  const names = [...Object.keys(COMMANDS), ...OPERATOR_COMMANDS.map((one) => one.name)];
  // The message repeats the first word alone: an address after it can hold a password.
  fail([
    Object.hasOwn(COMMANDS, first) ? en.operating.takesNothing(first) : en.operating.noCommand(first, names),
  ]);
}
try {
  const env = { ...envFile(), ...process.env };
  const config = readConfig(env);
  hideFromLibraries(process.env);
  process.exitCode =
    (await command(config, { names: Object.keys(env), ...(target !== undefined && { target }) })) ?? 0;
} catch (error) {
  if (error instanceof ConfigError) fail(error.problems);
  if (error instanceof StoreError || error instanceof VaultError || error instanceof AdapterError)
    fail([error.message]);
  throw error;
}

async function operate(config: Config): Promise<number> {
  return (await import('./cli/operator/operate.ts')).operate(config, words);
}

/** Runs until a signal. It resolves at once, and the open server keeps the process alive. */
async function start(config: Config, { names }: Given): Promise<undefined> {
  const log = createLog(config.LOG_LEVEL);
  for (const { given, meant } of findMisspelt(names, settingNames()))
    log.warn({ given, meant }, 'this variable is no setting of Parley, but looks like one');
  for (const { says } of [...adviceOn(config), ...spendingAdvice(config)]) log.warn(`${says}.`);
  let app: App | undefined;
  const stop = async (code: number) => {
    try {
      await app?.stop();
    } finally {
      process.exit(code);
    }
  };
  // A second signal ends the process at once, since the first one has removed its listener.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop(0));
  onNpmGone(() => stop(0));
  process.on('uncaughtException', (error) => {
    log.fatal({ error: whereFrom(error) }, 'uncaught error: a bug in Parley or in a library');
    if (!isOfOneConnection(error)) void stop(1);
  });
  const { startApp } = await import('./app.ts');
  app = await startApp(config, log);
  console.log(startLine(config, app.url));
  console.log(app.pageUrl === undefined ? en.operating.running(app.url) : en.operating.ready(app.pageUrl));
}

/**
 * Node's HTTP client (undici 7.29) can fail an assertion of its own when a server closes a connection at the wrong
 * moment. Only that request is affected, and it ends by its deadline.
 */
function isOfOneConnection(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_ASSERTION' && (error.stack ?? '').includes('undici');
}

function envFile(): Record<string, string> {
  try {
    return parse(readFileSync('.env'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(['.env cannot be read. Check its owner, or remove it.']);
  }
}

function say(text: string): never {
  console.log(text);
  process.exit(0);
}

function fail(problems: string[]): never {
  console.error('Parley cannot start:');
  for (const problem of problems) console.error(`  - ${problem}`);
  process.exit(1);
}
