/** Compares the commands that Discord has with those that it should have. */
import type { APIApplicationCommand, RESTPostAPIApplicationCommandsJSONBody } from 'discord.js';

type Wanted = RESTPostAPIApplicationCommandsJSONBody;

/** Fields that define a command or an option (application-commands.mdx). Discord adds the others itself. */
const FIELDS = new Set([
  'type',
  'name',
  'description',
  'name_localizations',
  'description_localizations',
  'default_member_permissions',
  'contexts',
  'integration_types',
  'nsfw',
  'options',
  'required',
  'choices',
  'value',
  'min_length',
  'max_length',
  'min_value',
  'max_value',
  'autocomplete',
  'channel_types',
]);
/** Objects whose keys are languages. */
const LANGUAGES = new Set(['name_localizations', 'description_localizations']);
/** Lists without an order. */
const SETS = new Set(['contexts', 'integration_types', 'channel_types']);

export function isSameCommands(found: APIApplicationCommand[], wanted: Wanted[]): boolean {
  return asText(found) === asText(wanted);
}

function asText(commands: (APIApplicationCommand | Wanted)[]): string {
  const texts = commands.map((command) => JSON.stringify(plain({ ...command, type: command.type ?? 1 })));
  return texts.sort().join('\n');
}

/** Sorts fields and drops empty ones: Discord sometimes omits a default, and sometimes sends it. */
function plain(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => plain(one)).filter((one) => one !== undefined);
    if (items.length === 0) return undefined;
    return SETS.has(field) ? items.map(String).sort() : items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([name]) => LANGUAGES.has(field) || FIELDS.has(name))
      .map(([name, one]) => [name, plain(one, name)] as const)
      .filter(([, one]) => one !== undefined);
    return entries.length > 0 ? Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) : undefined;
  }
  return value === null || value === false || value === '' ? undefined : value;
}
