/** Collects every regular expression of Parley's code, and makes texts that would be hard for each. */
import { readFileSync } from 'node:fs';
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { parse } from 'acorn';
import { transformSync } from 'esbuild';

export interface FoundPattern {
  pattern: RegExp;
  file: string;
}

export interface Found {
  patterns: FoundPattern[];
  /** Patterns that are put together while the program runs. */
  built: number;
}

/** The patterns that stand in a file; acorn reads no types, so esbuild takes them out before. */
export function patternsIn(path: string): Found {
  const source = readFileSync(path, 'utf8');
  const loader = path.endsWith('x') ? 'tsx' : 'ts';
  const { code } = transformSync(source, { loader, target: 'esnext', jsx: 'automatic' });
  const patterns: FoundPattern[] = [];
  let built = 0;
  walk(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type === 'Literal' && 'regex' in node) {
      const { pattern, flags } = node.regex as { pattern: string; flags: string };
      patterns.push({ pattern: new RegExp(pattern, flags), file: path });
    }
    const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
    if (isCall && (node.callee as Fields).name === 'RegExp') built++;
  });
  return { patterns, built };
}

type Fields = Record<string, unknown>;

function walk(value: unknown, visit: (node: Fields) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) walk(one, visit);
    return;
  }
  if ('type' in value) visit(value as Fields);
  for (const one of Object.values(value)) walk(one, visit);
}

/** The patterns that a piece of Parley's code builds while `task` runs. */
export async function patternsBuiltBy(task: () => Promise<void>): Promise<FoundPattern[]> {
  const built: FoundPattern[] = [];
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    construct(target, parameters, newTarget) {
      const pattern = Reflect.construct(target, parameters, newTarget) as RegExp;
      const [, , caller = ''] = (new Error().stack ?? '').split('\n');
      const file = /\/src\/[^:?]*/.exec(caller)?.[0];
      if (file !== undefined && !caller.includes('node_modules')) built.push({ pattern, file });
      return pattern;
    },
  });
  try {
    await task();
  } finally {
    globalThis.RegExp = original;
  }
  return built;
}

/** UTF-16 units of a hostile text. */
export const HOSTILE = 100_000;
/** Most characters put before what repeats. */
const MOST_BEFORE = 60;
/** Endings of a text after which its repeated part matches only nearly. */
const ENDS = ['', '\0', 'x', '\n', ' x', '>'];

/** A text of about so many UTF-16 units. */
type TextOf = (length: number) => string;

/**
 * Texts in which a piece of the pattern, all of it up to there, or two pieces after each other repeat: by themselves,
 * and behind what the pattern wants before.
 */
function* hostileTexts({ source, flags }: RegExp): Generator<TextOf> {
  const mode = flags.includes('v') ? { unicodeSets: true } : { unicode: flags.includes('u') };
  const pieces = piecesOf(new RegExpParser().parsePattern(source, undefined, undefined, mode));
  const start = pieces[0] ?? '';
  const seen = new Set<string>();
  let before = '';
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1] ?? start;
    for (const unit of [piece, before + piece, piece + next, piece.repeat(50) + next]) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      const many: TextOf = (length) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      for (const end of ENDS) yield (length) => many(length) + end;
      yield (length) => `${start}${many(length)}\0`;
    }
    const wanted = before;
    for (const end of ENDS) yield (length) => wanted + piece.repeat(length / piece.length) + end;
    before = before.length > MOST_BEFORE ? start : before + piece;
  }
}

/** Samples of what the parts of a pattern match, in their order. */
function piecesOf(pattern: AST.Pattern): string[] {
  const pieces: string[] = [];
  let literal = '';
  const endLiteral = () => {
    if (literal !== '') pieces.push(literal);
    literal = '';
  };
  const addAll = (samples: string[]) => {
    endLiteral();
    for (const sample of new Set(samples)) pieces.push(sample);
  };
  visitRegExpAST(pattern, {
    onCharacterEnter(node) {
      if (node.parent.type === 'Alternative') literal += node.raw.length === 1 ? node.raw : textOf(node);
      else if (node.parent.type === 'Quantifier') addAll([textOf(node)]);
    },
    onCharacterClassEnter(node) {
      if (node.parent.type !== 'CharacterClass') addAll(samplesOf(node));
    },
    onCharacterSetEnter(node) {
      if (node.parent.type !== 'CharacterClass' && node.parent.type !== 'ClassSubtraction')
        addAll(samplesOf(node));
    },
    onAlternativeLeave: endLiteral,
    onAlternativeEnter: endLiteral,
  });
  endLiteral();
  return pieces.slice(0, 60);
}

const textOf = ({ value }: AST.Character) => String.fromCodePoint(value);

/** The characters that a set is tried on: those of people, models and their marks, the least alike first. */
const CHARACTERS = [...' \t\n\r\u00a0a0AZz_-.,:;!?/\\|`~*#$&@^+=%"\'()[]{}<>é중あ。\u200b\u{1f600}'];

function samplesOf(node: AST.CharacterClass | AST.CharacterSet): string[] {
  const one = new RegExp(node.raw, 'u');
  const fits = CHARACTERS.filter((character) => one.test(character));
  return fits.length > 8 ? fits.filter((_, index) => index % Math.ceil(fits.length / 8) === 0) : fits;
}

/** The share of its length at which a text is tried first. */
const SHORT = 1 / 10;
/** Each text of this number is tried at full length in any case; as a prime, it meets every kind of text. */
const EVERY_WHOLE = 11;

/**
 * The first text that takes a pattern more than `most` ms. A quadratic pattern takes a hundredth of its time for a
 * tenth of a text, so a text that takes less than that when it is short is not tried at full length.
 */
export function slowText(pattern: RegExp, { length, most }: { length: number; most: number }) {
  const good = most * SHORT ** 2;
  for (const [index, textOf] of [...hostileTexts(pattern)].entries()) {
    const isQuick = timeOver(pattern, textOf(length * SHORT), good) <= good;
    if (isQuick && index % EVERY_WHOLE > 0) continue;
    const text = textOf(length);
    const ms = timeOver(pattern, text, most);
    if (ms > most) return { text, ms };
  }
  return undefined;
}

function timeOver(pattern: RegExp, text: string, good: number): number {
  return bestTime(good, () => {
    pattern.lastIndex = 0;
    if (pattern.global) text.replace(pattern, '');
    else pattern.test(text);
  });
}

/** Milliseconds of this thread, whatever else the machine does: at the best of a few tries, or the first good one. */
export function bestTime(good: number, task: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && best > good; tries++) {
    const before = process.threadCpuUsage();
    task();
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}
