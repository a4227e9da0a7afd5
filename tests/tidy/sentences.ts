/**
 * Finds sentences and labels that people read outside the catalogues: core's, and each adapter's for what only its
 * platform needs. Logs and errors are for operators, prompts for models, and SQL for databases.
 */
import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

const root = new URL('../..', import.meta.url).pathname;
const CATALOGUES = /^src\/(?:core|adapters\/\w+)\/sentences\/[a-z]{2}(?:\.ts|\/)/;
const LOGS = /^(?:trace|debug|info|warn|error|fatal)$/;
/** Names of constants that only models read. */
const PROMPTS = /(?:PROMPT|INSTRUCTIONS)$/;
const SQL = /^(?:SELECT|UPDATE|INSERT|DELETE|CREATE)\b/;
/** Two words or more, and the end of a sentence. */
const SENTENCE = /\S\s+\S[\s\S]*[.?!]$/;
/** Keys of payloads and findings under which people read a text, be it one word. */
const READ_KEYS = /^(?:close|description|hint|label|placeholder|prompt|says|submit|title)$/;
const WORD = /\p{L}{2}/u;
/** A platform's own name, and addresses and keys as examples. */
const NAMES = /^(?:Discord|Slack|the page|https:\/\/\S+|sk-…)$/;

interface Span {
  start: number;
  end: number;
}

function saidIn(path: string): string[] {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const found: (Span & { said: string })[] = [];
  const labels: string[] = [];
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
    Property({ key, value }) {
      const isRead = key.type === 'Identifier' && READ_KEYS.test(key.name);
      if (isRead && value.type === 'Literal' && typeof value.value === 'string') labels.push(value.value);
    },
    Literal({ value, start, end }) {
      if (typeof value === 'string') found.push({ start, end, said: value });
    },
    TemplateLiteral({ quasis, start, end }) {
      found.push({ start, end, said: quasis.map(({ value }) => value.cooked ?? '').join('…') });
    },
  }).visit(parseSync(path, text).program);
  const sentences = found
    .filter(({ said }) => SENTENCE.test(said.trim()) && !SQL.test(said))
    .filter(({ start, end }) => !exempt.some((one) => one.start <= start && end <= one.end))
    .map(({ said }) => said);
  return [...sentences, ...labels.filter((said) => WORD.test(said) && !NAMES.test(said))];
}

/** Sentences and labels outside the catalogues, each after its file. */
export function sentencesElsewhere(): string[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !CATALOGUES.test(path))
    .flatMap((path) => saidIn(path).map((said) => `${path}: ${said}`));
}
