/** The name of a diagram for people who don't see it. The code behind *Show code* says the rest. */
import { onPage } from '../../sentences/en.ts';

const words = onPage.markdown.diagrams;

/** Longest name, in UTF-16 units. */
const LONGEST = 500;

export function nameOf(code: string): string {
  const lines = code.split('\n').map((line) => line.trim());
  const after = (word: string) =>
    lines
      .find((line) => line.startsWith(word))
      ?.slice(word.length)
      .trim();
  const title = after('accTitle:') ?? after('title:') ?? after('title ') ?? after('pie title ');
  const name = title ? words.named(kindOf(lines), title.replace(/^["']|["']$/g, '')) : kindOf(lines);
  const description = after('accDescr:');
  return (description ? `${name}. ${description}` : name).slice(0, LONGEST);
}

/** By the first word outside of front matter, directives and comments. */
function kindOf(lines: string[]): string {
  const matter = lines[0] === '---' ? lines.indexOf('---', 1) + 1 : 0;
  const first = lines.slice(matter).find((line) => line !== '' && !line.startsWith('%%')) ?? '';
  const word = /^[a-z]*/i.exec(first)?.[0];
  return words.kinds.find(([known]) => known === word)?.[1] ?? words.KIND;
}
