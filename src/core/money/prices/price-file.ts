/**
 * The operator's own prices, a JSON file: the name of each model with its prices in dollars per million tokens, such as
 * `{ "gpt-6-luna": { "input": 0.1, "cached": 0.01, "cacheWritten": 0.125, "output": 0.5 } }`.
 */
import { en } from '../../sentences/en.ts';
import { picoOf, type TokenPrice } from './token-price.ts';

/** The price of each model, by its name as the file has it and by its `normalName`. */
export type PriceFile = ReadonlyMap<string, TokenPrice>;

const FIELDS = ['input', 'cached', 'cacheWritten', 'output'] as const;
type Field = (typeof FIELDS)[number];

/** Dollars per million tokens. The dearest models cost hundreds. */
const MOST_DOLLARS = 10_000;
/** A lower price (dollars per million tokens) is that of one token. The cheapest models cost a cent. */
const LEAST_DOLLARS = 0.000_1;
/** Most problems that are told at once. */
const MOST_PROBLEMS = 5;
const MOST_NAME = 80;

const { prices: says } = en.setup;

/** The prices, or what is wrong: texts that follow the name of the setting, without a full stop. */
export function readPrices(text: string): { prices: PriceFile } | { problems: string[] } {
  const models = objectIn(text);
  if (models === undefined) return { problems: [says.notPrices] };
  const prices = new Map<string, TokenPrice>();
  const problems: string[] = [];
  for (const [name, given] of Object.entries(models)) {
    const price = priceIn(name.slice(0, MOST_NAME), given, (problem) => problems.push(problem));
    if (price) prices.set(name.trim(), price);
  }
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  for (const [name, price] of [...prices])
    if (!prices.has(normalName(name))) prices.set(normalName(name), price);
  return { prices };
}

/**
 * The price of a model: by its exact name, else in any case, else without the date of its version. So
 * `gpt-6-luna-2026-09-22` costs what `gpt-6-luna` does, unless the file has it too.
 */
export function priceInFile(prices: PriceFile, model: string): TokenPrice | undefined {
  const name = normalName(model);
  return prices.get(model) ?? prices.get(name) ?? prices.get(name.replace(VERSION, ''));
}

/** A date as OpenAI (`-2026-09-22`), Anthropic (`-20260922`) and Vertex (`@20260922`) write it, and Ollama's `:latest`. */
const VERSION = /(?:[-@]20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|[-:]latest)$/;

const normalName = (model: string) => model.trim().toLowerCase();

/** @param refuse told each problem */
function priceIn(model: string, given: unknown, refuse: (problem: string) => void): TokenPrice | undefined {
  const fields = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : undefined;
  if (!fields) return void refuse(says.noFields(model));
  const dollars = new Map<string, number>();
  let isRight = true;
  for (const [field, value] of Object.entries(fields)) {
    const problem = problemOf(model, field, value);
    if (problem === undefined) dollars.set(field, Number(value));
    else {
      isRight = false;
      refuse(problem);
    }
  }
  for (const field of ['input', 'output'] as const)
    if (!(field in fields)) {
      isRight = false;
      refuse(says.missing(model, field));
    }
  const input = dollars.get('input');
  const rate = (field: Field) => ({ base: picoOf(dollars.get(field) ?? input ?? 0) });
  return isRight
    ? {
        input: rate('input'),
        cached: rate('cached'),
        cacheWritten: rate('cacheWritten'),
        output: rate('output'),
      }
    : undefined;
}

function problemOf(model: string, field: string, value: unknown): string | undefined {
  if (!(FIELDS as readonly string[]).includes(field)) return says.unknown(model, field.slice(0, MOST_NAME));
  if (typeof value !== 'number' || !(value >= 0 && value <= MOST_DOLLARS))
    return says.wrong(model, field, (JSON.stringify(value) ?? '').slice(0, MOST_NAME), MOST_DOLLARS);
  return value > 0 && value < LEAST_DOLLARS ? says.ofOneToken(model, field, value) : undefined;
}

function objectIn(text: string): object | undefined {
  try {
    // Editors on Windows begin a file with a byte order mark.
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
