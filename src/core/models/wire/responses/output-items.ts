/** The output items of a response, as its events tell them one by one. */
import type { OfferedTools, ToolCall } from '../../tool.ts';
import { argumentsOf, newCallId } from '../call-parts.ts';
import type { createCited } from '../cited.ts';
import { fieldsOf } from '../json.ts';
import type { DriverChunk } from '../wire.ts';
import { filesIn, hostedCallOf, hostedToolOf } from './hosted-items.ts';
import { createItemList, type Fields, type Output } from './item-list.ts';

const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** @param offered the tools that were sent; those of the server's own are left out */
export function createOutputItems(
  offered: Pick<OfferedTools, 'functions' | 'hosted'>,
  cited: ReturnType<typeof createCited>,
) {
  const list = createItemList();
  const commentaries = new Set<string>();
  let hasFile = false;

  function* told(key: string, output: Output): Generator<DriverChunk> {
    const { item, isWhole } = output;
    const tool = hostedToolOf(item);
    if (!tool || !offered.hosted.includes(tool)) return;
    const call = hostedCallOf(item, { id: key, tool, isOver: isWhole });
    const now = JSON.stringify(call);
    if (now === output.told) return;
    output.told = now;
    yield { type: 'hosted', call };
    for (const file of isWhole ? filesIn(item, key) : []) {
      hasFile = true;
      yield { type: 'file', file };
    }
  }

  function* done(key: string, item: Fields): Generator<DriverChunk> {
    const output = list.at(key);
    if (output.isWhole) return;
    Object.assign(output, { item, isWhole: true });
    yield* told(key, output);
    for (const { annotations } of item.type === 'message' ? listOf(item.content) : [])
      if (annotations) yield* cited.in(annotations);
  }

  return {
    *added(event: Fields): Generator<DriverChunk> {
      const item = fieldsOf(event.item);
      const key = list.keyOf(event);
      if (item.type === 'message' && item.phase === 'commentary') commentaries.add(key);
      const output = list.at(key);
      if (output.isWhole) return;
      output.item = item;
      yield* told(key, output);
    },
    done: (event: Fields) => done(list.keyOf(event), fieldsOf(event.item)),
    /** A piece of an item's field, or all of it. */
    *grown(event: Fields, field: 'arguments' | 'code', isAll: boolean): Generator<DriverChunk> {
      const key = list.keyOf(event);
      const output = list.at(key);
      if (output.isWhole) return;
      const value = isAll ? event[field] : event.delta;
      const piece = field === 'arguments' ? argumentsOf(value) : stringOf(value);
      const before = isAll ? '' : stringOf(output.item[field]);
      output.item = { ...output.item, [field]: before + piece };
      // Some servers send the name with the whole arguments.
      if (stringOf(event.name) && !output.item.name) output.item.name = event.name;
      if (isAll) yield* told(key, output);
    },
    /** The items of the whole response, as far as they did not come before. */
    *all(items: Fields[]): Generator<DriverChunk> {
      for (const [index, item] of items.entries()) yield* done(list.keyInWhole(item, index), item);
    },
    isCommentary: (event: Fields) => commentaries.size > 0 && commentaries.has(list.keyOf(event)),
    hasFile: () => hasFile,
    /** In their order. */
    outputs: list.all,
    containerCall: (container: string) =>
      list.keyOfLast((item) => item.container_id === container) ?? container,
  };
}

/** The calls of function tools among these items, each once. */
export function callsIn(items: Fields[]): ToolCall[] {
  const ids = new Set<string>();
  const calls: ToolCall[] = [];
  for (const item of items) {
    const name = stringOf(item.name);
    if (item.type !== 'function_call' || name === '' || item.status === 'incomplete') continue;
    const told = stringOf(item.call_id) || stringOf(item.id);
    const id = told === '' || ids.has(told) ? newCallId() : told;
    ids.add(id);
    calls.push({ id, name, arguments: argumentsOf(item.arguments) || '{}' });
  }
  return calls;
}
