/** Reads the source files of the house: functions, comments, imports, types and folders. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';

/** Lines. */
export const LONGEST_FUNCTION = 70;
export const LONGEST_FILE = 300;
export const MOST_FILES_IN_FOLDER = 12;
/** Beginnings of comments whose subject comes late or never. */
const LATE_SUBJECT = /^(?:What|Whoever|Of|So often|As many)\b/;

interface Source {
  path: string;
  text: string;
  parsed: ParseResult;
}

/** A stretch of a text, in UTF-16 units. */
interface Span {
  start: number;
  end: number;
}

const root = new URL('../..', import.meta.url).pathname;
const paths = globSync('{src,lab,tests}/**/*.{ts,tsx}', { cwd: root }).sort();
const sources: Source[] = paths.map((path) => {
  const text = readFileSync(`${root}${path}`, 'utf8');
  return { path, text, parsed: parseSync(path, text) };
});
const product = sources.filter(({ path }) => path.startsWith('src/'));

const lineBreaks = (text: string) => text.split('\n').length - 1;
const lineAt = ({ text }: Source, position: number) => lineBreaks(text.slice(0, position)) + 1;

/** The functions of a file with their names, nested ones too. */
function functionsOf({ parsed }: Source): (Span & { name: string })[] {
  const names = new Map<number, string>();
  const spans: Span[] = [];
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && init) names.set(init.start, id.name);
    },
    Property: ({ key, value }) => {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    MethodDefinition: ({ key, value }) => {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    FunctionDeclaration: ({ id, start, end }) => {
      if (id) names.set(start, id.name);
      spans.push({ start, end });
    },
    FunctionExpression: ({ start, end }) => void spans.push({ start, end }),
    ArrowFunctionExpression: ({ start, end }) => void spans.push({ start, end }),
  }).visit(parsed.program);
  return spans.map((span) => ({ ...span, name: names.get(span.start) ?? 'unnamed' }));
}

/** Lines of each function of the program that is too long, by `path name`. Tests are one function by nature. */
export function longFunctions(): Record<string, number> {
  const all = sources
    .filter(({ path }) => !path.startsWith('tests/'))
    .flatMap((source) =>
      functionsOf(source).map(({ start, end, name }) => ({
        name: `${source.path} ${name}`,
        lines: lineBreaks(source.text.slice(start, end)) + 1,
      })),
    );
  return Object.fromEntries(
    all.flatMap(({ name, lines }) => (lines > LONGEST_FUNCTION ? [[name, lines]] : [])),
  );
}

export function longFiles(): Record<string, number> {
  const counts = sources.map(({ path, text }) => [path, lineBreaks(text)] as const);
  return Object.fromEntries(counts.filter(([, lines]) => lines > LONGEST_FILE));
}

export interface Comment {
  path: string;
  /** From 1. */
  at: number;
  /** The first line of its text. */
  line: string;
}

/** Successive `//` lines are one comment. */
function commentsOf(source: Source): Comment[] {
  const { comments } = source.parsed;
  const begins = comments.filter(({ type, start }, index) => {
    const before = comments[index - 1];
    return type === 'Block' || before?.type !== 'Line' || source.text.slice(before.end, start).trim() !== '';
  });
  return begins.map(({ start, value }) => ({
    path: source.path,
    at: lineAt(source, start),
    line: value.replace(/^[\s*]+/, '').split('\n', 1)[0] ?? '',
  }));
}

/** The files that each file imports, types included. */
export function imports(): Map<string, string[]> {
  const known = new Set(paths);
  return new Map(
    sources.map(({ path, text, parsed: { module } }) => {
      const requests = [
        ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
        ...module.staticExports.flatMap(({ entries }) =>
          entries.map((entry) => entry.moduleRequest?.value ?? ''),
        ),
        ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
      ];
      const targets = requests.map((request) => normalize(join(dirname(path), request)));
      return [path, [...new Set(targets)].filter((target) => known.has(target))];
    }),
  );
}

/** Circles among imports, each as the files in the order in which they import each other. */
export function circles(graph: Map<string, string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (file: string) => {
    const at = way.indexOf(file);
    if (at >= 0) found.push(way.slice(at));
    if (at >= 0 || done.has(file)) return;
    way.push(file);
    for (const next of graph.get(file) ?? []) walk(next);
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return found;
}

/** Comments whose subject comes late. */
export const lateComments = (): Comment[] =>
  sources.flatMap(commentsOf).filter(({ line }) => LATE_SUBJECT.test(line));

/** How many of these files are in each folder, each as often as it is named. */
export function countByFolder(files: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const file of files) counts[dirname(file)] = (counts[dirname(file)] ?? 0) + 1;
  return counts;
}

/** Where an exported type stands; platforms have the same files by design, so `adapters/NAME/` counts as one folder. */
const placeOf = (path: string) => path.replace(/^src\/adapters\/\w+\//, '');

/** Names of exported types that stand for several things. */
export function sharedTypeNames(): string[] {
  const declared = new Map<string, Set<string>>();
  for (const { path, parsed } of product)
    for (const statement of parsed.program.body) {
      if (statement.type !== 'ExportNamedDeclaration') continue;
      const declaration = statement.declaration;
      if (declaration?.type !== 'TSInterfaceDeclaration' && declaration?.type !== 'TSTypeAliasDeclaration')
        continue;
      const { name } = declaration.id;
      declared.set(name, (declared.get(name) ?? new Set()).add(placeOf(path)));
    }
  return [...declared].filter(([, places]) => places.size > 1).map(([name]) => name);
}

/** Folders with too many files. */
export function crowdedFolders(): string[] {
  const counts = countByFolder(paths);
  return Object.keys(counts).filter((folder) => (counts[folder] ?? 0) > MOST_FILES_IN_FOLDER);
}
