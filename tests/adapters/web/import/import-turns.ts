/** A long conversation at once, without asking a model for each answer. */
import { IMPORT_LIMITS, type ImportBatch } from '../../../../src/adapters/web/api/import.ts';
import type { Browser } from '../../../harness/web.ts';

/**
 * Imports a conversation of `Question 0?` and `Answer **0**.` to the last one. Returns its id.
 * @param said every message and answer, in place of those
 */
export async function importTurns(browser: Browser, count: number, said?: string): Promise<string> {
  const turns = Array.from({ length: count }, (_, at) => ({
    key: `turn-${at}`,
    text: said ?? `Question ${at}?`,
    files: [],
    answer: said ?? `Answer **${at}**.`,
    made: [],
    model: 'some-model',
    thoughts: '',
    end: 'stop' as const,
    at: 1_700_000_000_000 + at,
  }));
  for (let from = 0; from < count; from += IMPORT_LIMITS.turns) {
    const part = turns.slice(from, from + IMPORT_LIMITS.turns);
    const after = turns[from - 1]?.key ?? null;
    const slice = {
      source: 'parley' as const,
      key: 'long',
      title: 'Question 0?',
      at: Date.now(),
      after,
      turns: part,
    };
    const json: ImportBatch = { conversations: [slice], isLast: true };
    const response = await browser.fetch('/api/import', { method: 'POST', json });
    if (!response.ok) throw new Error(await response.text());
  }
  return (await browser.state()).conversations[0]?.id ?? '';
}
