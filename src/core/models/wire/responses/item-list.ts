/** The items of a response by their keys. Servers tell items apart by ids, by numbers, or by both. */
import { fieldsOf } from '../json.ts';

export type Fields = Record<string, unknown>;

export interface Output {
  item: Fields;
  /** Whether the item came whole, and not in pieces only. */
  isWhole: boolean;
  /** The hosted call as it was last passed on. */
  told: string;
}

const MOST_ITEMS = 2_000;
const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');

export function createItemList() {
  const outputs = new Map<string, Output>();
  const numbered = new Map<number, string>();

  function keyOf({ item, item_id: itemId, output_index: index }: Fields): string {
    const id = stringOf(fieldsOf(item).id) || stringOf(itemId);
    const number = typeof index === 'number' ? index : 0;
    const key = id || (numbered.get(number) ?? `#${number}`);
    if (!numbered.has(number) && numbered.size < MOST_ITEMS) numbered.set(number, key);
    return key;
  }

  /** The key of an item of the whole response, which may have got another id there. */
  function keyInWhole(item: Fields, index: number): string {
    const id = stringOf(item.id);
    if (outputs.has(id)) return id;
    const call = stringOf(item.call_id);
    const same = call === '' ? undefined : [...outputs].find(([, one]) => one.item.call_id === call);
    const key = same?.[0] ?? numbered.get(index);
    const isSame = key !== undefined && outputs.get(key)?.item.type === item.type;
    return isSame ? key : id || `#${index}`;
  }

  return {
    keyOf,
    keyInWhole,
    at(key: string): Output {
      const known = outputs.get(key);
      if (known) return known;
      const output: Output = { item: {}, isWhole: false, told: '' };
      if (outputs.size < MOST_ITEMS) outputs.set(key, output);
      return output;
    },
    all: () => [...outputs.values()],
    keyOfLast: (isMeant: (item: Fields) => boolean): string | undefined =>
      [...outputs].findLast(([, { item }]) => isMeant(item))?.[0],
  };
}
