/** Refusals of OpenAI's Responses API for its input, with `store: false`. */
import { listOf, type Problem } from './problem.ts';

type Fields = Record<string, unknown>;

/** decolua/9router#393: "Invalid input[].call_id: string too long. Expected max length 64." */
const MOST_ID = 64;
const INPUT = 'input';

export function itemsProblem({ input, store }: Fields): Problem | undefined {
  const items = listOf(input);
  return callsProblem(items) ?? idsProblem(items) ?? reasoningProblem(items, store === false);
}

/** A call and its output belong together, and nothing stands between the calls and their outputs but other calls. */
function callsProblem(items: Fields[]): Problem | undefined {
  const open = new Set<unknown>();
  const seen = new Set<unknown>();
  for (const { type, call_id: id, output, name, arguments: json } of items) {
    if (type === 'function_call') {
      if (typeof id !== 'string' || id.length > MOST_ID)
        return {
          message: `Invalid 'input[].call_id': string too long. Expected a string with maximum length ${MOST_ID}.`,
          param: INPUT,
        };
      // microsoft/vscode#321977 for ids of items; two calls cannot share one output.
      if (seen.has(id))
        return {
          message: `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`,
          param: INPUT,
        };
      if (typeof name !== 'string' || typeof json !== 'string')
        return { message: "Missing required parameter: 'input[].name'.", param: INPUT };
      seen.add(id);
      open.add(id);
    } else if (type === 'function_call_output') {
      // continuedev/continue#10092
      if (!open.delete(id))
        return { message: `No tool call found for function call output with call_id ${id}.`, param: INPUT };
      if (typeof output !== 'string' && !Array.isArray(output))
        return { message: "Invalid type for 'input[].output'.", param: INPUT };
    } else if (open.size > 0 && type === undefined) return unanswered(open);
  }
  return open.size > 0 ? unanswered(open) : undefined;
}

/** anomalyco/opencode#16717 */
const unanswered = (open: Set<unknown>): Problem => ({
  message: `No tool output found for function call ${[...open][0]}.`,
  param: INPUT,
});

/** vercel/ai#7883 */
function idsProblem(items: Fields[]): Problem | undefined {
  const ids = new Set<unknown>();
  for (const { id } of items) {
    if (id !== undefined && ids.has(id))
      return {
        message: `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`,
        param: INPUT,
      };
    ids.add(id);
  }
  return undefined;
}

function reasoningProblem(items: Fields[], isUnstored: boolean): Problem | undefined {
  for (const [index, { type, id, encrypted_content: content, result }] of items.entries()) {
    const next = items[index + 1];
    // continuedev/continue#8933
    if (
      type === 'reasoning' &&
      ![
        'function_call',
        'message',
        'reasoning',
        'web_search_call',
        'code_interpreter_call',
        'image_generation_call',
      ].includes(String(next?.type))
    )
      return {
        message: `Item '${id}' of type 'reasoning' was provided without its required following item.`,
        param: INPUT,
      };
    // openai/openai-agents-python#2020: nothing is found again that was not stored.
    const isBare =
      (type === 'reasoning' && typeof content !== 'string') ||
      (type === 'image_generation_call' && typeof result !== 'string');
    if (isUnstored && isBare)
      return {
        message: `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`,
        param: INPUT,
      };
  }
  return undefined;
}
