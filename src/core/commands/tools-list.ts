/** The tools, each as one entry. The panel of `/tools` and the page are drawn from these entries. */
import { en } from '../sentences/en.ts';
import type { ToolRule } from '../settings.ts';
import { ids, problemOf } from '../settings-fields.ts';
import { TOOL_CHOICES, TOOL_FAMILIES, type ToolFamily } from '../turn/tools/families.ts';
import { ruleOf } from '../turn/tools/turn-tools.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type PanelEntry, valuesAt } from './entry-panel.ts';
import { type Setting, UNSET } from './setting.ts';

const { listed, fields, values, problems } = en.tools.allowing;

const USE = 'use';
const ROLES = 'roles';
const OFF = 'off';

/** The tools as settings that are on or off, for places without roles. @param families those that are set up */
export const toolsAt = (families: readonly ToolFamily[]): Setting[] =>
  TOOL_FAMILIES.filter((family) => families.includes(family)).map((family) => ({
    id: TOOL_CHOICES[family],
    label: listed[family].label,
    description: describe(family),
    concerns: 'everyone',
    show: (own) => (ruleOf(own, family) === OFF ? values.off : values.all),
    field: (own) => ({ type: 'choice', value: ruleOf(own, family) === OFF ? OFF : UNSET, choices: CHOICES }),
    read([given]) {
      const use = useIn(given);
      if (use === undefined) return { problem: problems.use };
      return { change: { [TOOL_CHOICES[family]]: use === OFF ? OFF : null } };
    },
    notOffered: ({ tools }) => (tools.includes(family) ? undefined : problems.notOffered),
  }));

/** The tools with the roles that may use them. */
export const toolEntries = (words: Vocabulary): PanelEntry[] =>
  TOOL_FAMILIES.map((family) => ({
    id: family,
    label: listed[family].label,
    description: listed[family].description,
    fields(own) {
      const rule = ruleOf(own, family);
      return [
        {
          id: USE,
          label: fields.use,
          type: 'choice',
          value: rule === OFF ? OFF : UNSET,
          choices: CHOICES,
          hint: listed[family].price,
        },
        {
          id: ROLES,
          label: words.roles.label,
          type: 'roles',
          values: Array.isArray(rule) ? rule : [],
          hint: fields.rolesHint,
        },
      ];
    },
    read(given) {
      const use = useIn(valuesAt(given, USE)[0]);
      if (use === undefined) return { problem: problems.use };
      const { data: roles, error } = ids.safeParse(valuesAt(given, ROLES));
      if (error) return { problem: problemOf(error) };
      return { change: { [TOOL_CHOICES[family]]: changed(use, roles) } };
    },
  }));

const changed = (use: string, roles: string[]): ToolRule | null => {
  if (use === OFF) return OFF;
  return roles.length > 0 ? roles : null;
};

/** A tool's rule in words. */
export function shownRule(rule: ToolRule | 'all', { mention }: Vocabulary): string {
  if (typeof rule === 'string') return values[rule];
  return values.of(rule.map((role) => mention('roles', role)).join(' '));
}

const describe = (family: ToolFamily) => `${listed[family].description}; ${listed[family].price}`;

const CHOICES = [
  { value: UNSET, label: fields.choices.on },
  { value: OFF, label: fields.choices.off },
];

const useIn = (given: string | undefined) => CHOICES.find(({ value }) => value === given)?.value;
