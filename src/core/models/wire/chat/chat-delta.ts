/** Reads the fields of a delta or a message of Chat Completions, under all their names. */

export type Delta = Record<string, unknown> | null;

/** Text is a string, or a list of parts (Mistral's reasoning models). */
export function textOf(content: unknown): string {
  return partsOf(content)
    .filter(({ type }) => !isReasoning(type))
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

/**
 * Reasoning, under each server's name for it: DeepSeek and vLLM `reasoning_content`; OpenRouter and Groq
 * `reasoning`, repeated in `reasoning_details`; Ollama `thinking`; Mistral a part of the content.
 */
export function thoughtOf(delta: Delta | undefined): string {
  if (!delta) return '';
  for (const field of [delta.reasoning_content, delta.reasoning, delta.thinking, delta.reasoning_text]) {
    if (typeof field === 'string' && field !== '') return field;
  }
  const details = partsOf(delta.reasoning_details).map(({ text, summary }) => text ?? summary);
  const parts = partsOf(delta.content).filter(({ type }) => isReasoning(type));
  const inside = parts.flatMap(({ text, thinking }) => text ?? partsOf(thinking).map(({ text }) => text));
  return [...details, ...inside].filter((text) => typeof text === 'string').join('');
}

const isReasoning = (type: unknown) => typeof type === 'string' && /^(?:thinking|reasoning)/.test(type);

function partsOf(content: unknown): Record<string, unknown>[] {
  if (typeof content === 'string') return [{ text: content }];
  if (!Array.isArray(content)) return [];
  return content.filter((part) => typeof part === 'object' && part !== null);
}
