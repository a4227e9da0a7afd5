/** English sentences of the page for operators. They are loaded with it, and so stand in no catalogue of all. */
import type { FailureKind } from '../../../../core/models/model.ts';
import { plural } from '../../../../core/sentences/en/plural.ts';

export const TITLE = 'Administration';
export const BACK = 'Back to the conversations';
export const LOADING = 'Loading…';
export const NONE = '–';

/** How fresh the page is. */
export const refreshing = {
  pause: 'Pause',
  resume: 'Go on',
  /** @param time as text */
  as: (time: string) => `As of ${time}.`,
  PAUSED: 'It stands still until you go on.',
};

export const problem = {
  /** @param time when it was last read, as text */
  stale: (time: string) => `What is shown is from ${time}.`,
};

export const health = {
  TITLE: 'Health',
  READY: 'Ready',
  notReady: (reason: string) => `Not ready: ${reason}`,
  version: 'Version',
  since: 'Running since',
  store: 'Store',
  /** @param store such as SQLite */
  processes: (store: string, count: number) =>
    plural(count, { one: `${store}, one process`, other: `${store}, ${count} processes` }),
  memory: 'Memory',
  megabytes: (count: string) => `${count} MB`,
  openCalls: 'Calls that are not charged yet',
  error: 'Newest error in its log',
  NO_ERROR: 'none since it runs',
  CONNECTED: 'connected',
  troubles: 'Lasting problems',
  trouble: { what: 'Problem', since: 'Since', answers: 'Answers lost' },
};

export const turns = {
  TITLE: 'Live turns',
  caption: (count: number) =>
    plural(count, { one: 'One turn that has not ended', other: `${count} turns that have not ended` }),
  more: (count: number) => `The first ${count} turns that have not ended; there are more`,
  EMPTY: 'Nobody waits for an answer just now.',
  person: 'Person',
  place: 'Conversation',
  state: 'State',
  phases: { waiting: 'waits', answering: 'is being answered', answered: 'is being shown' },
  since: 'Sent',
  model: 'Model',
  tokens: 'Tokens so far',
  /** @param count as it is shown */
  about: (count: string) => `about ${count}`,
};

export const usage = {
  TITLE: 'Usage',
  MONTH: 'Month',
  BY: 'Grouped by',
  by: { day: 'Days', model: 'Models', kind: 'Kinds' },
};

export const sums = {
  cost: 'Cost',
  requests: 'Requests',
  input: 'Tokens in',
  cached: 'Cached',
  output: 'Tokens out',
  limits: 'Limits',
  platform: 'Platform',
};

export const people = {
  TITLE: 'People',
  CAPTION: 'People who signed in or used something in this month',
  EMPTY: 'Nobody used anything in this month.',
  person: 'Person',
  NOBODY: 'Nobody in particular',
  signOut: 'Sign out',
  signOutOf: (name: string) => `Sign out ${name}`,
  question: (name: string) => `End all sessions of ${name}?`,
  yes: 'End them',
  no: 'Keep',
  done: (name: string) => `${name} is signed out everywhere.`,
  action: 'Sessions',
};

export const places = {
  TITLE: 'Places',
  CAPTION: 'Servers and workspaces, and what people used by themselves',
  EMPTY: 'Nothing was used in this month.',
  place: 'Place',
  PERSONAL: 'People by themselves',
};

export const limits = {
  TITLE: 'Limits',
  CAPTION: 'The operator’s limits, as they were set when Parley started',
  variable: 'Setting',
  most: 'Limit',
  spent: 'Spent',
  renews: 'Begins anew',
  NO_LIMIT: 'no limit',
  amounts: {
    dollars: (count: string) => `$${count}`,
    messages: (count: string) => `${count} messages`,
    answers: (count: string) => `${count} answers`,
  },
};

export const failures = {
  TITLE: 'Failures',
  /** @param since as text */
  caption: (since: string, turns: string) => `Of ${turns} answers that ended since ${since}`,
  none: (since: string, turns: string) => `No answer failed since ${since}, of ${turns} that ended.`,
  kind: 'Kind',
  meaning: 'What happened',
  count: 'Answers',
  meanings: {
    'no-key': 'Nobody has set an API key.',
    key: 'The provider did not accept the API key.',
    forbidden: 'The API key may not do this.',
    'not-found': 'There is no such model, or no such address.',
    quota: 'The account at the provider has no credit left.',
    rate: 'The provider had too many requests.',
    context: 'The conversation was longer than the model takes.',
    allowance: 'The request was larger than the account may send at once.',
    loading: 'The model was still being loaded.',
    refused: 'The model or its provider declined to answer.',
    request: 'The provider did not take such a request.',
    server: 'The provider failed.',
    unreachable: 'The provider could not be reached.',
    'private-address': 'A base URL led to a private address.',
    late: 'Nothing came in time.',
    stalled: 'An answer stood still for too long.',
    'too-large': 'The provider sent too much.',
    cut: 'The connection broke.',
    'not-an-api': 'Something answered that is no model API.',
    empty: 'The answer had no text.',
    spent: 'All tokens were used before the first word.',
    limit: 'A limit of money was reached.',
    unpriced: 'Money is limited, and no price is known for the model.',
    blocked: 'The operator’s lists allow no answer there any more.',
    vault: 'No master key opens the stored API key.',
    store: 'The conversation could not be read or kept.',
    bug: 'Parley made a mistake; the log has more.',
  } satisfies Record<FailureKind, string>,
};

export const audits = {
  TITLE: 'Audit log',
  CAPTION: 'Keys, settings and messages that were changed, and people who were let in or refused',
  EMPTY: 'Nothing has happened yet.',
  when: 'When',
  action: 'Action',
  who: 'Person',
  where: 'Where',
  details: 'Details',
  OPERATOR: 'the command line',
  host: (host: string) => `for ${host}`,
  from: (address: string) => `from ${address}`,
  reason: (code: string) => `because: ${code}`,
  count: (count: string) => `${count} messages`,
};

export const pager = {
  name: (what: string) => `Pages of ${what}`,
  /** Numbers of rows, from 1. */
  range: (from: string, to: string, count: string) => `${from}–${to} of ${count}`,
  previous: 'Previous page',
  next: 'Next page',
};
