/** Finds words that people read in the page's markup, which belong in its catalogue: src/adapters/web/sentences. */
import { globSync, readFileSync } from 'node:fs';
import { parseSync, type Span, Visitor } from 'oxc-parser';

const root = new URL('../..', import.meta.url).pathname;
/** Attributes whose value people read or hear, those of the page's own components too. */
const READ = /^(?:aria-label|title|placeholder|alt|label|legend|hint|button|question|yes|no|name)$/;
/** Strings that are no code: tags, types and keys are lower case, and have no spaces. */
const WORDS = /^\s*\p{Lu}|\p{L}\s/u;
/** The name of the product is the same in all languages. */
const NAMES = ['Parley'];

const isIn = ({ start, end }: Span, spans: Span[]) =>
  spans.some((one) => one.start <= start && end <= one.end);

function wordsIn(path: string): string[] {
  const words: (Span & { text: string })[] = [];
  const literals: typeof words = [];
  const read: Span[] = [];
  const others: Span[] = [];
  new Visitor({
    JSXText: ({ value, start, end }) => void words.push({ text: value.trim(), start, end }),
    JSXAttribute({ name, start, end }) {
      (name.type === 'JSXIdentifier' && READ.test(name.name) ? read : others).push({ start, end });
    },
    JSXElement({ children }) {
      read.push(...children.filter(({ type }) => type === 'JSXExpressionContainer'));
    },
    BinaryExpression: ({ start, end }) => void others.push({ start, end }),
    Literal({ value, start, end }) {
      if (typeof value === 'string') literals.push({ text: value, start, end });
    },
    TemplateElement: ({ value, start, end }) => void literals.push({ text: value.raw, start, end }),
  }).visit(parseSync(path, readFileSync(`${root}${path}`, 'utf8')).program);
  const shown = literals.filter((one) => WORDS.test(one.text) && isIn(one, read) && !isIn(one, others));
  return [...words.filter(({ text }) => /\p{L}/u.test(text)), ...shown]
    .filter(({ text }) => !NAMES.includes(text))
    .map(({ text }) => `${path}: ${text}`);
}

export const wordsInMarkup = (): string[] => globSync('src/**/*.tsx', { cwd: root }).flatMap(wordsIn);
