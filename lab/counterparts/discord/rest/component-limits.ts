/** Limits on the number and length of components (developers/components/reference.mdx). */
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { isSelect, type LooseComponent, walk } from './component-tree.ts';
import { invalidForm, tooLong } from './errors.ts';

export const CUSTOM_ID_MOST = 100;
const COMPONENTS_V2_MOST = 40;
const TEXT_DISPLAY_MOST = 4000;

export function checkMessageComponents(components: readonly LooseComponent[], v2: boolean): void {
  if (!v2) {
    between('components', components.length, 0, 5);
    for (const [index, row] of components.entries()) {
      if (row.type !== ComponentType.ActionRow) {
        throw invalidForm(
          `components.${index}.type`,
          'UNION_TYPE_CHOICES',
          'Value of field "type" must be one of (1,).',
        );
      }
    }
  }
  const all = [...walk(components)];
  if (all.length > COMPONENTS_V2_MOST) {
    throw invalidForm(
      'components',
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      'The maximum is 40 components.',
    );
  }
  let text = 0;
  for (const { component, path } of all) {
    if (component.type === ComponentType.ActionRow) checkRow(component, path);
    if (component.type === ComponentType.TextDisplay) text += (component.content ?? '').length;
    if (component.type === ComponentType.TextInput || component.type === ComponentType.Label) {
      throw invalidForm(`${path}.type`, 'UNION_TYPE_CHOICES', 'Only in modals.');
    }
    checkOne(component, path);
  }
  if (text > TEXT_DISPLAY_MOST) throw tooLong('components', TEXT_DISPLAY_MOST);
  checkUnique(components);
}

export function checkModal(data: unknown): void {
  const modal = data as { title?: unknown; custom_id?: unknown; components?: LooseComponent[] } | undefined;
  length('data.title', modal?.title, 1, 45);
  length('data.custom_id', modal?.custom_id, 1, CUSTOM_ID_MOST);
  const components = modal?.components ?? [];
  between('data.components', components.length, 1, 5);
  for (const { component, path } of walk(components, 'data.components')) {
    if (component.type === ComponentType.Label) {
      length(`${path}.label`, component.label, 1, 45);
      length(`${path}.description`, component.description, 0, 100);
      if (!component.component) throw required(`${path}.component`);
    } else if (component.type === ComponentType.TextInput) {
      length(`${path}.value`, component.value, 0, 4000);
      length(`${path}.placeholder`, component.placeholder, 0, 100);
      if (![1, 2].includes(component.style ?? 0)) throw required(`${path}.style`);
      length(`${path}.custom_id`, component.custom_id, 1, CUSTOM_ID_MOST);
    } else if (component.type === ComponentType.Button) {
      throw invalidForm(`${path}.type`, 'UNION_TYPE_CHOICES', 'Not in modals.');
    } else {
      checkOne(component, path);
    }
  }
  checkUnique(components);
}

function checkRow(row: LooseComponent, path: string): void {
  const inner = row.components ?? [];
  const selects = inner.filter(isSelect).length;
  between(`${path}.components`, inner.length, 1, selects > 0 ? 1 : 5);
}

function checkOne(component: LooseComponent, path: string): void {
  if (component.type === ComponentType.Button) {
    const link = component.style === ButtonStyle.Link;
    if (component.label === undefined && component.emoji === undefined) throw required(`${path}.label`);
    length(`${path}.label`, component.label, 0, 80);
    if (link) length(`${path}.url`, component.url, 1, 512);
    else length(`${path}.custom_id`, component.custom_id, 1, CUSTOM_ID_MOST);
  }
  if (component.type === ComponentType.TextDisplay)
    length(`${path}.content`, component.content, 1, TEXT_DISPLAY_MOST);
  if (!isSelect(component)) return;
  length(`${path}.custom_id`, component.custom_id, 1, CUSTOM_ID_MOST);
  length(`${path}.placeholder`, component.placeholder, 0, 150);
  if (component.type !== ComponentType.StringSelect) return;
  const options = component.options ?? [];
  between(`${path}.options`, options.length, 1, 25);
  for (const [index, option] of options.entries()) {
    length(`${path}.options.${index}.label`, option.label, 1, 100);
    length(`${path}.options.${index}.value`, option.value, 1, 100);
    length(`${path}.options.${index}.description`, option.description, 0, 100);
  }
  if (new Set(options.map((option) => option.value)).size < options.length) {
    throw invalidForm(
      `${path}.options`,
      'COMPONENT_OPTION_VALUE_DUPLICATED',
      'The specified option value is already used',
    );
  }
  if ((component.max_values ?? 1) > options.length) {
    throw invalidForm(
      `${path}.max_values`,
      'NUMBER_TYPE_MAX',
      `int value should be less than or equal to ${options.length}.`,
    );
  }
}

function checkUnique(components: readonly LooseComponent[]): void {
  const seen = new Set<string>();
  for (const { component, path } of walk(components)) {
    if (component.custom_id === undefined) continue;
    if (seen.has(component.custom_id)) {
      const text = 'Component custom id cannot be duplicated';
      throw invalidForm(`${path}.custom_id`, 'COMPONENT_CUSTOM_ID_DUPLICATED', text);
    }
    seen.add(component.custom_id);
  }
}

export function required(path: string) {
  return invalidForm(path, 'BASE_TYPE_REQUIRED', 'This field is required');
}

/** Checks a length in UTF-16 units. A field that may be empty may also be absent. */
export function length(path: string, value: unknown, least: number, most: number): void {
  if (value === undefined || value === null) {
    if (least > 0) throw required(path);
    return;
  }
  if (typeof value !== 'string')
    throw invalidForm(path, 'STRING_TYPE_CONVERT', 'Could not interpret as string.');
  // Discord does not document whether it counts code points or UTF-16 units. UTF-16 units are stricter.
  const count = value.length;
  if (count > most || count < least) {
    throw invalidForm(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`);
  }
}

export function between(path: string, count: number, least: number, most: number): void {
  if (count < least || count > most) {
    throw invalidForm(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`);
  }
}
