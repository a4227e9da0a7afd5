/** English sentences for the operator: settings that do not work, and answers to requests that nothing serves. */

export const samePort = 'INTERNAL_PORT must be another port than PORT, which everybody reaches.';
export const masterKeysMissing =
  'MASTER_KEYS must be set with a Postgres store, the same for each process. Copy it from data/master.keys, or make it: `echo "k1:$(openssl rand -base64 32)"`.';
export const masterKeysLost =
  'The master keys do not open the API keys that are stored. Bring back the master.keys file, or add the old key to MASTER_KEYS; until then those who stored a key get an error.';

/** Secrets that stand in files. `name` is the setting, `setting` the one that names the file. */
export const bothSet = (name: string, setting: string) =>
  `${name} and ${setting} are both set. Remove one of them.`;
export const badFile = (setting: string, problem: string) =>
  `${setting} names a file that ${problem}. Check its path, its owner and what it holds.`;
export const fileProblems = {
  notText: 'is no text in UTF-8',
  empty: 'is empty',
  lines: 'has more than one line',
  large: (kilobytes: number) => `is larger than ${kilobytes} KB`,
  unreadable: (code: string) => `cannot be read (${code})`,
};

/** Problems of the file of PRICES. Each follows the name of the setting, and ends without a full stop. */
export const prices = {
  unreadable: (problem: string) =>
    `names a file that ${problem}. Check its path, its owner and what it holds`,
  notPrices:
    'names a file that does not hold prices as JSON. Write it like this: `{ "gpt-6-luna": { "input": 0.1, "output": 0.5 } }`, in dollars per million tokens',
  noFields: (model: string) =>
    `has no prices for ${model}. Write them like this: \`"${model}": { "input": 0.1, "output": 0.5 }\`, in dollars per million tokens`,
  missing: (model: string, field: string) =>
    `has no price "${field}" for ${model}. Add it, in dollars per million tokens, or take the model out; 0 is free`,
  wrong: (model: string, field: string, given: string, most: number) =>
    `has ${given} as the price "${field}" of ${model}. Write a number from 0 to ${most}: dollars per million tokens`,
  ofOneToken: (model: string, field: string, given: number) =>
    `has ${given} as the price "${field}" of ${model}, which looks like the price of one token. Write the price of a million tokens, in dollars`,
  unknown: (model: string, field: string) =>
    `has a price "${field}" for ${model}, which Parley does not know. Take it out; the prices are "input", "cached", "cacheWritten" and "output"`,
};

/** Why a server cannot listen. `host` and `port` are names of settings. */
export const listening = {
  inUse: (port: string) => `${port} is in use by another program. Stop that, or set ${port} to a free one.`,
  notPermitted: (port: string) =>
    `${port} may not be listened on by this user. Set ${port} to one above 1023.`,
  notHere: (host: string) =>
    `${host} is not an address of this machine. Set it to one that is, or to 0.0.0.0 for all of them.`,
  unknown: (host: string) => `${host} is not known. Set it to an address of this machine.`,
};

export const nothingHere = 'There is nothing at this address.';
export const wrongHost = 'Not under this name.';
export const metricsToken = 'This asks for METRICS_TOKEN.';

/** @param reason a part of a sentence */
export const storeFails = (reason: string | undefined) =>
  reason === undefined ? 'The store fails.' : `The store fails: ${reason}.`;
/** Advice where SQLite fails. It ends without a full stop. */
export const storeWaysOut = {
  held: 'End that program',
  damaged: 'Put a copy of it back',
  other: 'Check that its folder is writable and has space',
};
