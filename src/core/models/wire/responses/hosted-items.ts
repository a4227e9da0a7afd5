/** Reads the output items of tools that the provider runs: searches, pictures and code. */
import type { FoundPage, HostedCall, HostedFile, HostedTool } from '../../tool.ts';
import { pageIn } from '../cited.ts';
import { fieldsOf } from '../json.ts';

const MOST_TEXT = 30_000;
const MOST_PAGES = 50;
/** Most base64 characters of a picture or file: 12 MB. */
const MOST_BASE64 = 2 ** 24;

const TOOLS = new Map<unknown, HostedTool>([
  ['web_search_call', 'web_search'],
  ['image_generation_call', 'image_generation'],
  ['code_interpreter_call', 'code_interpreter'],
]);

/** The tool whose item this is; undefined: another item. */
export const hostedToolOf = (item: Record<string, unknown>): HostedTool | undefined => TOOLS.get(item.type);

const stringOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, MOST_TEXT) : '');
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** The call as it is now. @param isOver whether the item is whole */
export function hostedCallOf(
  item: Record<string, unknown>,
  { id, tool, isOver }: { id: string; tool: HostedTool; isOver: boolean },
): HostedCall {
  const hasFailed = item.status === 'failed' || item.status === 'incomplete' || isWithoutPicture(item, tool);
  const [input, output] = tool === 'web_search' ? [searched(item), ''] : workedOn(item, tool);
  const found = tool === 'web_search' ? pagesIn(item) : [];
  return {
    id,
    tool,
    state: !isOver ? 'running' : hasFailed ? 'failed' : 'done',
    ...(input && { input }),
    ...(output && { output }),
    ...(found.length > 0 && { found }),
  };
}

const isWithoutPicture = (item: Record<string, unknown>, tool: HostedTool) =>
  tool === 'image_generation' && typeof item.result !== 'string';

/** The queries of a search, the address of an opened page, or the words that were looked for in a page. */
function searched(item: Record<string, unknown>): string {
  const { queries, query, url, pattern } = fieldsOf(item.action);
  const said = queriesIn(queries);
  return said.join(', ') || stringOf(query) || [stringOf(pattern), stringOf(url)].filter(Boolean).join(' · ');
}

/** DeepSeek adds the id of its call to the queries. */
const queriesIn = (queries: unknown) =>
  Array.isArray(queries)
    ? queries.map(stringOf).filter((query) => query !== '' && !/^ws_call_id=/.test(query))
    : [];

function pagesIn(item: Record<string, unknown>): FoundPage[] {
  const { sources } = fieldsOf(item.action);
  return listOf(sources)
    .slice(0, MOST_PAGES)
    .flatMap((source) => pageIn(source) ?? []);
}

/** Code and its printed text; of a picture the words from which it was made, and why there is none. */
function workedOn(item: Record<string, unknown>, tool: HostedTool): [input: string, output: string] {
  if (tool === 'image_generation')
    return [stringOf(item.revised_prompt), stringOf(fieldsOf(item.error).message)];
  const logs = listOf(item.outputs).map(({ logs }) => stringOf(logs));
  return [stringOf(item.code), logs.filter(Boolean).join('\n').slice(0, MOST_TEXT)];
}

/** The media type that the first characters of a picture's base64 tell, and the ending of its name. */
const KINDS: [start: string, type: string, ending: string][] = [
  ['iVBOR', 'image/png', 'png'],
  ['/9j/', 'image/jpeg', 'jpg'],
  ['UklGR', 'image/webp', 'webp'],
  ['R0lGOD', 'image/gif', 'gif'],
];

/** The pictures that an item holds. */
export function filesIn(item: Record<string, unknown>, call: string): HostedFile[] {
  const prompt = stringOf(item.revised_prompt);
  const outputs = listOf(item.outputs).map(({ url }) =>
    /^data:image\/[\w.+-]+;base64,/.test(String(url).slice(0, 60)) ? String(url).split(',', 2)[1] : undefined,
  );
  return [item.result, ...outputs].flatMap((base64, index) => {
    if (typeof base64 !== 'string' || base64.length > MOST_BASE64) return [];
    const kind = KINDS.find(([start]) => base64.startsWith(start));
    if (!kind) return [];
    const [, type, ending] = kind;
    return [{ call, name: `picture-${index + 1}.${ending}`, type, base64, ...(prompt && { prompt }) }];
  });
}

/** Searches that are billed, for a provider that does not tell them: each query, but no opened page. */
export function searchesIn(items: Record<string, unknown>[]): number {
  return items.reduce((sum, item) => {
    if (item.type !== 'web_search_call') return sum;
    const { type = 'search', queries } = fieldsOf(item.action);
    if (type !== 'search') return sum;
    return sum + Math.max(1, queriesIn(queries).length);
  }, 0);
}
