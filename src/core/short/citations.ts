/** Turns the numbers of messages that a model cites into links, which Parley makes itself. A model's own links are taken out. */

const LINK = /!?\[([^[\]\n]{0,300})\]\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)/g;
const ADDRESS = /<?[a-z][a-z0-9+.-]{0,20}:\/\/([^\s/?#<>()[\]|"'`]{0,255})[^\s<>()[\]|"'`]{0,2000}>?/gi;
const MAIL = /<mailto:([^>\s]{0,255})>/gi;
/** Markdown's definition of a link. */
const DEFINITION = /^([ \t>]*\[[^\]\n]{0,300}\]):/gm;
const CITATION = /[ \t]{0,2}\[\s?(\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,20})\s?\]/g;
const MOST_LINKS = 40;

/** A text without links: their labels stay, and of an address its host. */
export function withoutLinks(markdown: string): string {
  return markdown
    .replace(LINK, (_, label: string) => (/^\s*\d+\s*$/.test(label) ? `[${label.trim()}]` : label))
    .replace(ADDRESS, (_, host: string) => host.replace(/^.*@/, '') || '…')
    .replace(MAIL, '$1')
    .replace(DEFINITION, '$1');
}

/**
 * The text with a link in place of each citation, such as `[3]` or `[3, 7]`. A number that names no message is dropped.
 * @param count of messages, which have the numbers from 1
 * @param linkOf the link to a message; undefined where there is none
 */
export async function withSources(
  markdown: string,
  count: number,
  linkOf: (number: number) => Promise<string | undefined>,
): Promise<string> {
  const cited = new Set<number>();
  const numbersIn = (given: string) =>
    (given.match(/\d+/g) ?? []).map(Number).filter((number) => number >= 1 && number <= count);
  for (const [, given = ''] of markdown.matchAll(CITATION))
    for (const number of numbersIn(given)) if (cited.size < MOST_LINKS) cited.add(number);
  const links = new Map<number, string>();
  await Promise.all(
    [...cited].map(async (number) => {
      const link = await linkOf(number);
      if (link !== undefined) links.set(number, link);
    }),
  );
  // People read the numbers in the order of the text.
  const shown = new Map([...cited].filter((number) => links.has(number)).map((number, i) => [number, i + 1]));
  return markdown.replace(CITATION, (_, given: string) => {
    const found = [...new Set(numbersIn(given))].filter((number) => shown.has(number));
    return found.map((number) => ` [${shown.get(number)}](${links.get(number)})`).join('');
  });
}
