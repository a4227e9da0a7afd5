/** The catalogues as a list: each sentence after its key, with `{…}` where a value stands. */
import { globSync, readFileSync } from 'node:fs';
import { type Node, parseSync, Visitor } from 'oxc-parser';

const root = new URL('../../', import.meta.url);
const WORD = /\p{L}{2}/u;

interface Span {
  start: number;
  end: number;
}

/** @param folder of a catalogue, such as `src/core/sentences/en` */
export function sentencesOf(folder: string): string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root.pathname })
    .sort()
    .flatMap((path) => sentencesIn(path, path.slice(folder.length + 1, -'.ts'.length)));
}

function sentencesIn(path: string, topic: string): string[] {
  const text = readFileSync(new URL(path, root), 'utf8');
  const keys: (Span & { key: string })[] = [];
  const said: (Span & { text: string })[] = [];
  const skipped: Span[] = [];
  const name = (key: string, { start, end }: Node) => void keys.push({ key, start, end });
  new Visitor({
    ImportDeclaration: (node) => void skipped.push(node),
    SwitchCase: ({ test }) => void (test && skipped.push(test)),
    BinaryExpression: (node) => void (node.operator !== '+' && skipped.push(node)),
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'command') skipped.push(node);
    },
    TSTypeAnnotation: (node) => void skipped.push(node),
    TSInterfaceDeclaration: (node) => void skipped.push(node),
    TSTypeAliasDeclaration: (node) => void skipped.push(node),
    FunctionDeclaration: (node) => void (node.id && name(node.id.name, node)),
    VariableDeclarator: (node) => void (node.id.type === 'Identifier' && name(node.id.name, node)),
    Property(node) {
      if (node.key.type === 'Identifier') name(node.key.name, node);
      if (node.key.type === 'Literal') name(String(node.key.value), node);
    },
    Literal({ value, start, end }) {
      if (typeof value === 'string') said.push({ text: value, start, end });
    },
    TemplateLiteral({ quasis, start, end }) {
      said.push({ text: quasis.map(({ value }) => value.cooked ?? '').join('{…}'), start, end });
    },
  }).visit(parseSync(path, text).program);
  const holds = (outer: Span, inner: Span) => outer.start <= inner.start && inner.end <= outer.end;
  return said
    .filter((one) => WORD.test(one.text) && !skipped.some((span) => holds(span, one)))
    .filter((one) => !keys.some(({ start, key }) => start === one.start && key === one.text))
    .sort((a, b) => a.start - b.start)
    .map((one) => {
      const path = keys.filter((span) => holds(span, one)).sort((a, b) => a.start - b.start);
      return `${[topic, ...path.map(({ key }) => key)].join('.')}: ${one.text}`;
    });
}
