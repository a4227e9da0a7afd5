/** The parts of a run of limits: servers, people, what they ask, and what all of them may spend. */

/** A question. Times are milliseconds from the start. */
export interface Question {
  token: string;
  at: number;
  person: string;
  server: string;
  channel: string;
  /** The person's act after asking. */
  act?: { kind: 'stop' | 'edit' | 'regenerate'; afterMs: number };
}

export interface Server {
  name: string;
  /** Dollars; absent ones are no limits. */
  limits: { dayLimit?: number; monthLimit?: number; personDayLimit?: number };
  /** The limits of a day of the members of each role, in dollars. */
  roles: Partial<Record<Role, number>>;
  /** Absent: the operator's. */
  timeZone?: string;
  history: 'channel' | 'person';
  /** The members of each role, by name. */
  members: Record<Role, string[]>;
}

export const ROLES = ['guest', 'trusted'] as const;
export type Role = (typeof ROLES)[number];

export const CHANNELS = ['alpha', 'beta', 'gamma', 'delta'];

/** Questions that are asked at once. */
export const BURST = 64;
export const PEOPLE_OF_A_SERVER = 16;
/** Servers whose people are the same, so that limits of persons span servers. */
const SERVERS_OF_A_CIRCLE = 3;

export const peopleOf = (server: number) =>
  Array.from(
    { length: PEOPLE_OF_A_SERVER },
    (_, index) => `p${Math.floor(server / SERVERS_OF_A_CIRCLE)}x${index}`,
  );

export const MODEL = 'chaos-1';

/** Dollars per million tokens. They are uneven, so that sums have to be rounded. */
export const PRICES = { input: 0.317, cached: 0.0317, cacheWritten: 0.39625, output: 2.513 };

/** The operator's limits, in dollars. */
export interface OperatorRules {
  spendDay: number;
  spendMonth: number;
  tenantDay: number;
  personDay: number;
  timeZone: string;
}
