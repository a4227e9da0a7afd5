/**
 * Finds sentences that people read outside the catalogues: core's, and each adapter's for what only its platform needs.
 * Logs and errors are for operators, and prompts for models.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

const root = new URL('../..', import.meta.url).pathname;
const CATALOGUES = /^src\/(?:core|adapters\/\w+)\/sentences\/en(?:\.ts|\/)/;
const LOGS = /^(?:trace|debug|info|warn|error|fatal)$/;
/** Names of constants that only models read. */
const PROMPTS = /(?:PROMPT|INSTRUCTIONS)$/;
/** Two words or more, and the end of a sentence. */
const SENTENCE = /\S\s+\S[\s\S]*[.?!]$/;

interface Span {
  start: number;
  end: number;
}

function sentencesIn(path: string): string[] {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const found: (Span & { said: string })[] = [];
  const exempt: Span[] = [];
  new Visitor({
    CallExpression({ callee, start, end }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (LOGS.test(callee.property.name)) exempt.push({ start, end });
    },
    NewExpression({ callee, start, end }) {
      if (callee.type === 'Identifier' && callee.name.endsWith('Error')) exempt.push({ start, end });
    },
    VariableDeclarator({ id, start, end }) {
      if (id.type === 'Identifier' && PROMPTS.test(id.name)) exempt.push({ start, end });
    },
    Literal({ value, start, end }) {
      if (typeof value === 'string') found.push({ start, end, said: value });
    },
    TemplateLiteral({ quasis, start, end }) {
      found.push({ start, end, said: quasis.map(({ value }) => value.cooked ?? '').join('…') });
    },
  }).visit(parseSync(path, text).program);
  return found
    .filter(({ said }) => SENTENCE.test(said.trim()))
    .filter(({ start, end }) => !exempt.some((one) => one.start <= start && end <= one.end))
    .map(({ said }) => said);
}

/** Sentences outside the catalogue, counted by folder: adapters by platform, others by part. */
export function sentencesElsewhere(): Record<string, number> {
  const paths = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((path) => !CATALOGUES.test(path));
  const counts: Record<string, number> = {};
  for (const path of paths) {
    const folder = dirname(path).split('/').slice(0, 3).join('/');
    const count = sentencesIn(path).length;
    if (count > 0) counts[folder] = (counts[folder] ?? 0) + count;
  }
  return counts;
}
