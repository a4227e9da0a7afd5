/** English sentences of the operator's command line. */
import { plural } from '../plural.ts';

export const takesNothing = (command: string) => `The command "${command}" takes nothing behind it.`;
export const noCommand = (given: string, commands: string[]) =>
  `There is no command "${given}". There are: ${commands.join(', ')}. \`npm start -- --help\` says what they do.`;
export const unknownToRunning = (command: string) =>
  `The Parley that runs has no command "${command}". Restart it, then try again.`;
export const notReached =
  'A Parley holds the store but takes no commands. Type it on the machine or in the container where that Parley runs. If that does not help, see what its log says.';
export const mistake = 'Parley made a mistake here. Its log says where.';
export const usage = (command: string) => `Usage: npm start -- ${command}`;

/** `npm start -- --help`. */
export const help = {
  about: (version: string, platforms: string[]) =>
    `Parley ${version}: a self-hosted AI chat bot for ${platforms.join(', ')} and the browser`,
  start: 'starts Parley; its settings come from the environment or from .env (see .env.example)',
  doctor: 'checks what is configured and names the way out of each failure',
  rotate: 'seals the stored keys with the first of MASTER_KEYS',
  move: 'copies the store into that of MOVE_TO',
  version: 'says which Parley this is',
  help: 'says this',
  ofOperator: 'On a Parley that runs, or else on its store:',
};

export const ready = (url: string) => `Parley is ready: ${url}`;
export const running = (url: string) => `Parley is running on ${url}`;

/** Lists of servers, workspaces and people. @param plural such as "servers" */
export const access = {
  allowedEmptied: (plural: string, variable: string) =>
    `The kept list of allowed ${plural} is empty. ${variable} still allows only its own.`,
  allAllowed: (plural: string) => `All ${plural} are allowed, except those that are blocked.`,
  stillBlocked: (who: string, variable: string) =>
    `The ${who} is still blocked, by ${variable}. Take it out there and start Parley again.`,
  onlyAllowed: (who: string, back: string) =>
    `Only the ${who} is allowed now. Allow others too, or take that back: npm start -- ${back}`,
  allowed: (who: string) => `The ${who} is allowed now.`,
  blocked: (who: string) => `The ${who} is blocked now.`,
  othersAllowed: 'all others are allowed',
  othersNotAllowed: 'no others are allowed',
  allListed: 'all are allowed',
  plurals: { server: 'servers', workspace: 'workspaces', person: 'people' },
};

export const forgetting = {
  nothing: (who: string) => `Nothing is stored of the ${who}.`,
  deleted: (who: string) => `Deleted everything of the ${who}:`,
  messages: (messages: number, conversations: number) =>
    `${messages} ${plural(messages, { one: 'message with its answer', other: 'messages with their answers' })} in ${conversations} ${plural(conversations, { one: 'conversation', other: 'conversations' })}`,
  files: (files: number) => `${files} ${plural(files, { one: 'file', other: 'files' })}`,
  quotes: (quotes: number) =>
    `${quotes} ${plural(quotes, { one: 'quote in a message of somebody else', other: 'quotes in messages of others' })}`,
  settings: (settings: number) =>
    `${settings} ${plural(settings, { one: 'set of settings and API keys', other: 'sets of settings and API keys' })}`,
  books: (rows: number) =>
    `the name in ${rows} ${plural(rows, { one: 'line', other: 'lines' })} of what was used; the sums stay`,
};

/** `npm start -- usage`. */
export const used = {
  title: (month: string) => `What was used in ${month}, by everybody together`,
  onlyFlags: 'The command takes `--month` with a month, and `--csv`, and nothing else.',
  paid: ({ operator, own }: { operator: string; own: string }) =>
    `Paid by you: ${operator}. Paid with keys that others set: ${own}.`,
  NOTHING: 'nothing',
};

const are = (count: number, one: string) =>
  plural(count, { one: `One ${one} is`, other: `${count} ${one}s are` });

export const moving = {
  running: (processes: number, store: string) =>
    `${are(processes, 'Parley')} on ${store}. Stop them all, and move then.`,
  notEmpty: (rows: number, store: string) =>
    `${are(rows, 'row')} in ${store} already. Name an empty database or a new file.`,
  begun: (from: string, to: string) => `Moving from ${from} to ${to}.`,
  incomplete: (rows: number, store: string) => `${are(rows, 'row')} missing in ${store}. Move once more.`,
  done: (rows: number, store: string) => `${are(rows, 'row')} in ${store} now. Set STORE_URL to it.`,
  setKeys: 'Set MASTER_KEYS to what master.keys beside the old store holds, and WEB_TOKEN to web.token.',
  copyKeys: 'Copy master.keys and web.token, where there are any, from beside the old store to beside it.',
};

export const rotating = {
  keys: (keys: number, masterKey: string) =>
    `${are(keys, 'API key')} now sealed with the master key "${masterKey}".`,
  installations: (installations: number) => `${are(installations, 'installation')} as well.`,
  /** A list follows. */
  keysUnopened: (keys: number) =>
    `${are(keys, 'API key')} opened by no master key, and left as they were. Bring the old master key back, or set the API keys again for:`,
  installationsUnopened: (installations: number) =>
    `${are(installations, 'installation')} opened by no master key, and left as they were. Bring the old master key back, or install Parley again in:`,
};
