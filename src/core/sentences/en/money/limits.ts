/** English sentences about limits of money and of messages. */
import type { Limit } from '../../../money/limits.ts';
import type { Vocabulary } from '../../../vocabulary.ts';
import { plural } from '../plural.ts';

/** The locale of dates in these sentences. */
export const LOCALE = 'en-GB';

/** The settings as `/limits` and the page list them. */
export const listed = {
  dayLimit: { label: 'Limit a day', description: 'Dollars that everybody here may spend together in a day' },
  monthLimit: {
    label: 'Limit a month',
    description: 'Dollars that everybody here may spend together in a month',
  },
  personDayLimit: {
    label: 'Limit of a person',
    description: 'Dollars that each person may spend here in a day',
  },
  perMinute: {
    label: 'Messages a minute',
    description: 'Messages of a person that Parley answers here in a minute',
  },
  timeZone: { label: 'Time zone', description: 'The time zone of these days and months' },
  limitsChannel: {
    label: 'Reports',
    description: 'Where Parley tells admins that a limit is nearly or fully spent',
  },
};

/** Limits of roles. On Slack these are user groups. */
export const roles = {
  label: ({ roles }: Vocabulary) => `Limit of ${roles.label.toLowerCase()}`,
  description: 'Dollars for each person with a role, in place of the limit of a person',
  which: ({ roles }: Vocabulary) => roles.label,
  whichHint: 'A person with several has the highest of their limits.',
  /** One that is set already. @param number its place in the list */
  one: (number: number) => `Limit ${number}`,
  oneDescription: 'Change or remove this limit',
  none: 'none',
  chooseOne: 'Choose at least one.',
  tooMany: (most: number) => `You can set at most ${most} of these limits.`,
};

export const fields = {
  dollars: 'A number of dollars, such as 5 or 0.50. Empty: no limit. 0: nothing may be spent.',
  dollarsLabel: 'Dollars a day',
  perMinute: (most: number) => `A whole number from 1 to ${most}; empty for no limit of your own.`,
  timeZoneExample: 'Europe/Berlin',
  timeZone: 'Such as Europe/Berlin or UTC. Empty for the one that Parley uses by itself.',
  limitsChannel: 'None chosen: the person who set the last limit is told in a direct message.',
};

/** Why a value is not taken. */
export const problems = {
  dollars: (most: number) => `That is a number of dollars from 0 to ${most}, such as 5 or 0.50.`,
  perMinute: (most: number) => `That is a whole number from 1 to ${most}.`,
  timeZone: 'There is no such time zone. Time zones are named like Europe/Berlin, or UTC.',
  oneChannel: 'Choose one channel.',
};

/** Values as the list shows them. */
export const values = {
  none: 'no limit',
  perMinute: (count: number) => plural(count, { one: 'one', other: `${count}` }),
  perMinuteOfOperator: 'as many as whoever runs Parley allows',
  timeZone: (operators: string) => `${operators} (Parley’s own)`,
  setter: 'a direct message to the person who set the last limit',
  /** Follows an amount. */
  spent: (spent: string, renewal: string) => `, of which ${spent} is spent; it begins anew ${renewal}`,
};

export const command = {
  description: 'How much may be spent here, by everybody, a person or a role',
  prompt: 'Change a limit',
  saved: 'Saved.',
  /** A list follows. */
  operators: 'Whoever runs Parley limits what their API key pays:',
  nothing: 'With a limit of $0.00, the people it concerns get only answers that cost nothing.',
  spentAlready: (renewal: string) =>
    `That much is spent already, so Parley refuses questions here. The limit begins anew ${renewal}.`,
  countsToday: 'It counts what people have spent today already.',
  newCount: 'Days and months are counted anew, by the clocks of this time zone.',
};

/** Operator's limits, as a list shows them. */
export const operators: Record<'tenant' | 'person' | 'installation', (vocabulary: Vocabulary) => string> = {
  tenant: ({ tenant }) => `this ${tenant}`,
  person: () => 'each person, everywhere together',
  installation: () => 'everybody on this Parley together',
};
export const operatorsLine = (who: string, period: Limit['period'], value: string) =>
  `${who}, a ${period}: ${value}`;

/** A limit of a tenant, for its admins. `spent` and `most` such as `$5.00`. */
interface SpentLimit extends Pick<Limit, 'period' | 'setBy'> {
  spent: string;
  most: string;
  renewal: string;
}

/** Told to the admins, once in a period. */
export const alerts = {
  nearly: ({ spent, most, renewal, ...limit }: SpentLimit, words: Vocabulary) =>
    `This ${words.tenant} has spent ${spent} of its ${most} for ${timeOf(limit)}. It begins anew ${renewal}. ${raising(limit, words)}`,
  fully: ({ spent, most, renewal, ...limit }: SpentLimit, words: Vocabulary) =>
    `This ${words.tenant} has spent ${spent} of its ${most} for ${timeOf(limit)}, so there is not enough left for another answer. It begins anew ${renewal}. ${raising(limit, words)}`,
};

const timeOf = ({ period }: Pick<Limit, 'period'>) => (period === 'day' ? 'today' : 'this month');

const raising = ({ setBy }: Pick<Limit, 'setBy'>, { changing }: Vocabulary) =>
  setBy === 'admin'
    ? `An admin can raise this limit ${changing.limits}.`
    : `Whoever runs Parley can raise this limit, or an admin can set an API key of your own ${changing.key}.`;

/** When more is to be had. @param time such as `00:00`; @param date such as `1 December` */
export function renewal(
  { period, timeZone }: Pick<Limit, 'period' | 'timeZone'>,
  time: string,
  date: string,
) {
  const day = period === 'day' ? 'tomorrow' : `on ${date}`;
  return `${day} at ${time} (${timeZone})`;
}
