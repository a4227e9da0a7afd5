/** English sentences about what was used, and what it cost. */
import type { BookingKind } from '../../../money/booking.ts';
import type { Vocabulary } from '../../../vocabulary.ts';
import { plural } from '../plural.ts';

/** Options of the command, and their choices. */
export const options = {
  whose: 'Whose usage; if you choose nothing, yours',
  by: 'What the sums are grouped by; if you choose nothing, days',
  month: 'The month, such as 2026-11; if you choose nothing, this one',
  wrongMonth: 'A month is written like 2026-11.',
};
export const whose = {
  mine: 'Mine',
  tenant: ({ tenant }: Vocabulary) => `The whole ${tenant} (admins)`,
};
export const by = { day: 'Days', person: 'People', model: 'Models', kind: 'Kinds of requests' };

/** Kinds of requests to a provider. */
export const kinds: Record<BookingKind, string> = {
  answer: 'Answers',
  transcription: 'Voice messages',
  picture: 'Pictures',
  summary: 'Summaries',
  short: 'Short versions',
  title: 'Titles of conversations',
  trial: 'Trials of settings',
};
/** Requests that are nobody's, or of a person who was forgotten. */
export const NOBODY = 'Nobody in particular';
/** Models beyond those that the books have by name, and those whose provider told no name. */
export const otherModels = { other: 'Other models', unknown: 'Unknown model' };
export const OTHERS = 'All others';

/** @param month such as “November 2026” */
export const title = {
  mine: (month: string) => `Your usage in ${month}`,
  tenant: (month: string, { tenant }: Vocabulary) => `Usage of this ${tenant} in ${month}`,
};
export const nothing = (month: string) => `Nothing was used in ${month}.`;
export const TODAY = 'Today';
export const THIS_MONTH = 'This month';
export const IN_ALL = 'In all';

/** @param amount in dollars, or that no price is known */
export const spent = (
  when: string,
  { amount, requests, tokens }: { amount: string; requests: number; tokens: string },
) => `${when}: **${amount}** for ${said.requests(requests, String(requests))} (${tokens}).`;
export const tokens = ({ input, cached, output }: Record<'input' | 'cached' | 'output', string>) =>
  `${input} tokens in, ${cached} of them cached, ${output} out`;
export const paid = ({ operator, own }: { operator: string; own: string }) =>
  `Of this, ${operator} was paid by whoever runs Parley, and ${own} with a key that was set here.`;

/** The line under an answer, in Markdown. @param model a name without backticks */
export const footer = ({ model, tokens, cost }: FooterWords) =>
  [
    ...(model === '' ? [] : [`\`${model}\``]),
    `${tokens.input} tokens in`,
    `${tokens.cached} cached`,
    `${tokens.output} out`,
    ...(cost === undefined ? [] : [cost]),
  ].join(' · ');
/** The form of such a line, by which it is known where people refer to an answer. */
export const footerForm = /^(?:.{1,80} · )?[\d,]+ tokens in · [\d,]+ cached · [\d,]+ out(?: · .{1,80})?$/;
interface FooterWords {
  model: string;
  tokens: Record<'input' | 'cached' | 'output', string>;
  /** Undefined: left out. */
  cost: string | undefined;
}

/** The rest of a limit. @param whose such as “You have” */
export const left = (whose: string, { left, most, period, renewal }: LeftOfLimit) =>
  `${whose} ${left} of ${most} left for ${period === 'day' ? 'today' : 'this month'}. It begins anew ${renewal}.`;
export const leftTo = {
  person: 'You have',
  tenant: ({ tenant }: Vocabulary) => `This ${tenant} has`,
};
interface LeftOfLimit {
  /** In dollars. */
  left: string;
  most: string;
  period: 'day' | 'month';
  renewal: string;
}

export const amounts = {
  NO_PRICE: 'no price known',
  atLeast: (amount: string) => `at least ${amount}`,
  about: (amount: string) => `about ${amount}`,
};
export const notes = {
  unpriced: (requests: number) =>
    plural(requests, {
      one: 'No price is known for one request, so only its tokens are counted.',
      other: `No price is known for ${requests} requests, so only their tokens are counted.`,
    }),
  estimated: (requests: number) =>
    plural(requests, {
      one: 'The provider did not report the tokens of one request, so they are estimated.',
      other: `The provider did not report the tokens of ${requests} requests, so they are estimated.`,
    }),
};

export const headings = {
  day: 'Day',
  person: 'Person',
  model: 'Model',
  kind: 'Kind',
  cost: 'Cost',
  requests: 'Requests',
  input: 'Tokens in',
  cached: 'Cached',
  output: 'Tokens out',
};
/** Figures in a line of text. @param count as it is shown */
export const said = {
  requests: (requests: number, count: string) =>
    plural(requests, { one: 'one request', other: `${count} requests` }),
  input: (count: string) => `${count} tokens in`,
  cached: (count: string) => `${count} cached`,
  output: (count: string) => `${count} out`,
};

const groupings = { day: 'by day', person: 'by person', model: 'by model', kind: 'by kind' };
export const chart = {
  dollars: (by: keyof typeof groupings, month: string) => `Dollars ${groupings[by]}, ${month}`,
  tokens: (by: keyof typeof groupings, month: string) => `Tokens ${groupings[by]}, ${month}`,
  /** @param highest the largest bar's name and value */
  alternative: (title: string, highest: { name: string; amount: string }) =>
    `A bar chart. ${title}. The highest bar is ${highest.name}, with ${highest.amount}.`,
};
