/** `/usage`: what was used, and what it cost. */
import type { BookReader } from '../money/books.ts';
import { reportOf } from '../money/shown/report.ts';
import type { Grouping } from '../money/shown/sums.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { TenantId } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall } from './command.ts';
import { type CommandGroup, say } from './group.ts';

export interface UsageOptions {
  books: BookReader;
  /** A person as the books name them. */
  personOf(call: Pick<CommandCall, 'tenant' | 'author'>): string;
  /** The day of now in the tenant's time zone, such as `2026-11-30`. */
  todayOf(tenant: TenantId): Promise<string>;
  words: Vocabulary;
}

const MINE = 'mine';
const TENANT = 'server';
const GROUPINGS: Grouping[] = ['day', 'person', 'model', 'kind'];
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
/** Months that are suggested. The books are kept for so long. */
const MONTHS = 13;

export function usageCommand({ books, personOf, todayOf, words }: UsageOptions): CommandGroup {
  return {
    commands: [
      {
        ...about(words, todayOf),
        async run(call, { whose = MINE, by, month }) {
          const today = await todayOf(call.tenant);
          const wanted = typeof month === 'string' ? month.trim() : today.slice(0, 'yyyy-mm'.length);
          if (!MONTH.test(wanted)) return say(en.usage.options.wrongMonth);
          if (whose === TENANT && !call.isAdmin) return say(en.notices.adminsOnly);
          const rows = await (whose === TENANT
            ? books.ofTenant(call.tenant, wanted)
            : books.ofPerson(call.tenant, personOf(call), wanted));
          const { title, lines, figures } = reportOf({
            rows,
            whose: whose === TENANT ? 'tenant' : 'mine',
            by: GROUPINGS.find((one) => one === by) ?? 'day',
            month: wanted,
            today,
            words,
          });
          const text = [`**${title}**`, ...lines].join('\n');
          return { type: 'text', text, ...(figures && { figures }) };
        },
      },
    ],
  };
}

function about(words: Vocabulary, todayOf: UsageOptions['todayOf']): Omit<Command, 'run'> {
  const { options, whose, by } = en.usage;
  const german = de.commands.usage;
  return {
    name: 'usage',
    names: { de: german.name },
    description: en.commands.usage.description,
    descriptions: { de: german.description },
    permission: 'anyone',
    options: [
      {
        name: 'whose',
        names: { de: german.whose.name },
        description: options.whose,
        descriptions: { de: german.whose.description },
        type: 'choice',
        required: false,
        choices: [
          { value: MINE, label: whose.mine },
          { value: TENANT, label: whose.tenant(words) },
        ],
      },
      {
        name: 'by',
        names: { de: german.by.name },
        description: options.by,
        descriptions: { de: german.by.description },
        type: 'choice',
        required: false,
        choices: GROUPINGS.map((value) => ({ value, label: by[value] })),
      },
      {
        name: 'month',
        names: { de: german.month.name },
        description: options.month,
        descriptions: { de: german.month.description },
        type: 'text',
        required: false,
        longest: MONTH_CHARACTERS,
        suggest: async ({ tenant }: CommandCall, typed: string) =>
          monthsUntil(await todayOf(tenant)).filter((month) => month.startsWith(typed.trim())),
      },
    ],
  };
}

/** More than a month has, so that a person reads how a month is written. */
const MONTH_CHARACTERS = 40;

/** The newest first. */
function monthsUntil(today: string): string[] {
  const [year = 0, number = 1] = today.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(year, number - 1 - back)).toISOString().slice(0, 'yyyy-mm'.length),
  );
}
