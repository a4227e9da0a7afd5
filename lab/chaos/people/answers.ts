/**
 * The model's answers. A token in the question determines the answer, so that its reader can tell whether it is
 * whole.
 */
import { seededRandom } from '../../counterparts/faults.ts';

export interface Answer {
  /** Markdown: a first line, paragraphs (some are code) and a last line, each with the token. */
  text: string;
  /** The same text in the chunks of the stream. */
  chunks: string[];
  /** Time that the model takes to write the answer, ms. */
  ms: number;
}

const TOKEN = /t\d{4}x[0-9a-f]{4}/g;
const SHORTEST = 250;
/** One answer in five is long; on Discord it takes several messages. Lengths are in characters. */
const LONG = { share: 0.2, from: 2_000, to: 4_500 };
const LONGEST_OF_THE_OTHERS = 1_500;
const FASTEST_MS = 300;
const SLOWEST_MS = 3_000;
const CHUNK_MS = 40;
const PARAGRAPH = 220;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A token unique in a run. Its second half distinguishes the tokens of different runs. */
export function tokenOf(seed: number, turn: number): string {
  const mark = Math.floor(seededRandom(seed * 10_007 + turn)() * 0x10000);
  return `t${String(turn).padStart(4, '0')}x${mark.toString(16).padStart(4, '0')}`;
}

/** The tokens of a text, in order. */
export function tokensIn(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

export const lastLineOf = (token: string) => `end-${token}`;

/** The same token gives the same answer. */
export function answerTo(token: string): Answer {
  const random = seededRandom(
    Number.parseInt(token.slice(1, 5), 10) * 65_537 + Number.parseInt(token.slice(6), 16),
  );
  const between = (from: number, to: number) => from + random() * (to - from);
  const isLong = random() < LONG.share;
  const size = isLong ? between(LONG.from, LONG.to) : between(SHORTEST, LONGEST_OF_THE_OTHERS);
  const blocks = [`begin-${token}`];
  let length = 0;
  for (let number = 1; length < size; number++) {
    const block = paragraph(`p${number}-${token}`, random);
    blocks.push(random() < 0.25 ? `\`\`\`text\n${block}\n\`\`\`` : block);
    length += block.length;
  }
  blocks.push(lastLineOf(token));
  const text = blocks.join('\n\n');
  const ms = between(FASTEST_MS, SLOWEST_MS);
  const count = Math.max(2, Math.round(ms / CHUNK_MS));
  const step = Math.ceil(text.length / count);
  const chunks = Array.from({ length: Math.ceil(text.length / step) }, (_, index) =>
    text.slice(index * step, (index + 1) * step),
  );
  return { text, chunks, ms };
}

/** Lines of lower-case words, since no notice begins with one. */
function paragraph(mark: string, random: () => number): string {
  const lines = [[mark]];
  let length = 0;
  while (length < PARAGRAPH) {
    const letters = Array.from(
      { length: 2 + Math.floor(random() * 7) },
      () => LETTERS[Math.floor(random() * 26)],
    );
    const word = letters.join('');
    length += word.length + 1;
    if (random() < 0.05) lines.push([]);
    lines.at(-1)?.push(word);
  }
  return lines
    .filter((words) => words.length > 0)
    .map((words) => words.join(' '))
    .join('\n');
}

/** A text without white space and code fences, which platforms and splitting change. */
export function bare(text: string): string {
  return text.replace(/^\s*```\w*\s*$/gm, '').replace(/\s+/g, '');
}
