/** Measures splitting and converting 100 KB of Markdown, beside parsing the same text with `marked`. */
import { marked } from 'marked';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { slackDialect } from '../../../src/adapters/slack/markdown/dialect.ts';
import type { Dialect } from '../../../src/chat/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { median } from '../median.ts';

export interface SplitCost {
  name: string;
  /** Median of the rounds, ms; null where `marked` throws. */
  markedMs: number | null;
  /** Time for Discord's messages of 2,000 characters, ms. */
  discordMs: number;
  /** Time for Discord's Markdown in messages of 12,000 characters, ms. */
  longMs: number;
  /** Time for Slack's messages of 12,000 characters, ms. */
  slackMs: number;
}

const UNITS = 100_000;
const ROUNDS = 7;

export function measureSplits(): SplitCost[] {
  const all = Object.entries(texts());
  // Each round runs all of them, so that the code is optimised for all texts, as in a running bot.
  const rounds = Array.from({ length: ROUNDS }, () => all.map(([, text]) => measure(text)));
  return all.map(([name], index) => {
    const of = (key: keyof ReturnType<typeof measure>) =>
      median(rounds.map((round) => round[index]?.[key] ?? Number.NaN));
    const markedMs = of('markedMs');
    return {
      name,
      markedMs: Number.isNaN(markedMs) ? null : markedMs,
      discordMs: of('discordMs'),
      longMs: of('longMs'),
      slackMs: of('slackMs'),
    };
  });
}

function measure(text: string) {
  return {
    markedMs: milliseconds(() => marked.parse(text)),
    discordMs: milliseconds(() => split(text, 2_000, discordDialect)),
    longMs: milliseconds(() => split(text, 12_000, discordDialect)),
    slackMs: milliseconds(() => split(text, 12_000, slackDialect)),
  };
}

/** Duration of the work, ms; NaN if it throws. `marked` recurses until the stack is full. */
function milliseconds(work: () => unknown): number {
  const began = performance.now();
  try {
    work();
  } catch {
    return Number.NaN;
  }
  return performance.now() - began;
}

function split(text: string, limit: number, dialect: Dialect): string[] {
  const document = createDocument({ limit, dialect });
  document.append(text);
  return document.parts(true);
}

function texts(): Record<string, string> {
  const repeated = (shard: string) => shard.repeat(Math.ceil(UNITS / shard.length)).slice(0, UNITS);
  const run = (index: number) => '`'.repeat(((index * 7919) % 97) + 1);
  const table = '| a | b |\n|---|---|\n';
  return {
    'an answer': repeated('One sentence, **bold**, of `fifty` characters or so. '),
    'a table': table + repeated('| some text | other **text** | 12 |\n'),
    'tiny rows': table + repeated('|a|\n'),
    'rows of code': table + repeated('|`|`|\n'),
    'many columns': `${'|a'.repeat(500)}|\n${'|-'.repeat(500)}|\n${repeated(`${'|a'.repeat(500)}|\n`)}`,
    bullets: repeated('-\n'),
    stars: repeated('*\n'),
    fences: repeated('```\n'),
    'headings with blank lines': repeated(`# a${'\n'.repeat(2500)}`),
    'underlined titles': repeated('a\n-\n'),
    'bold in two ways': repeated('__a__ **b** '),
    'runs of backticks': repeated(Array.from({ length: 1000 }, (_, index) => `${run(index)} `).join('')),
    'open brackets': repeated('['),
    'links without an end': repeated('[a]('),
    quotes: repeated('> '),
    pictures: repeated('😀\u200d'),
  };
}
