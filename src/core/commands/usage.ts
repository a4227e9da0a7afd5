/** `/usage`: what was used, and what it cost. */
import { GROUPINGS } from '../money/shown/groups.ts';
import { readMonth, type UsageReports } from '../money/shown/usage-reports.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall } from './command.ts';
import { type CommandGroup, say } from './group.ts';

export interface UsageOptions {
  usage: UsageReports;
  /** A person as the books name them. */
  personOf(call: Pick<CommandCall, 'tenant' | 'author'>): string;
  words: Vocabulary;
}

const MINE = 'mine';
const TENANT = 'server';
/** More than a month has, so that a person reads how a month is written. */
const MONTH_CHARACTERS = 40;

export function usageCommand({ usage, personOf, words }: UsageOptions): CommandGroup {
  return {
    commands: [
      {
        ...about(usage, words),
        async run(call, { whose = MINE, by, month: given }) {
          const month = typeof given === 'string' ? readMonth(given) : undefined;
          if (given !== undefined && month === undefined) return say(en.usage.options.wrongMonth);
          if (whose === TENANT && !call.isAdmin) return say(en.notices.adminsOnly);
          const { title, lines, figures } = await usage.report({
            tenant: call.tenant,
            person: whose === TENANT ? undefined : personOf(call),
            by: GROUPINGS.find((one) => one === by) ?? 'day',
            ...(month !== undefined && { month }),
            ...(call.namedRoles && { roles: call.namedRoles }),
          });
          const text = [`**${title}**`, ...lines].join('\n');
          return { type: 'text', text, ...(figures && { figures }) };
        },
      },
    ],
  };
}

function about(usage: UsageReports, words: Vocabulary): Omit<Command, 'run'> {
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
        async suggest({ tenant }, typed) {
          const months = await usage.months(tenant);
          return months.filter((month) => month.startsWith(typed.trim()));
        },
      },
    ],
  };
}
