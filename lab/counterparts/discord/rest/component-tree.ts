/** Components of messages and modals as a tree, for every kind of component. */
import { ComponentType } from 'discord-api-types/v10';

export interface LooseComponent {
  type: number;
  id?: number;
  custom_id?: string;
  label?: string;
  style?: number;
  url?: string;
  emoji?: unknown;
  disabled?: boolean;
  content?: string;
  description?: string;
  placeholder?: string;
  value?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  options?: { label: string; value: string; description?: string; default?: boolean }[];
  components?: LooseComponent[];
  component?: LooseComponent;
  accessory?: LooseComponent;
}

export interface PlacedComponent {
  component: LooseComponent;
  /** Path in the request's body, such as `components.0.components.1`. */
  path: string;
}

/** Walks all components, a parent before its children. */
export function* walk(
  components: readonly LooseComponent[],
  path = 'components',
): Generator<PlacedComponent> {
  for (const [index, component] of components.entries()) yield* walkOne(component, `${path}.${index}`);
}

function* walkOne(component: LooseComponent, path: string): Generator<PlacedComponent> {
  yield { component, path };
  if (component.components) yield* walk(component.components, `${path}.components`);
  if (component.component) yield* walkOne(component.component, `${path}.component`);
  if (component.accessory) yield* walkOne(component.accessory, `${path}.accessory`);
}

const SELECTS: number[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];

export function isSelect(component: LooseComponent): boolean {
  return SELECTS.includes(component.type);
}

/** Numbers the components without an id, as Discord does. */
export function withIds(components: readonly LooseComponent[]): LooseComponent[] {
  const copy = structuredClone([...components]);
  let next = 1;
  for (const { component } of walk(copy)) component.id ||= next++;
  return copy;
}
