/**
 * Renders a message's text as people see it. Discord's clients know escapes, code, spoilers, masked links and marks,
 * but neither HTML nor its entities (paradoxv5.github.io/Discord-Markdown; support.discord.com "Markdown Text 101",
 * "Spoiler Tags").
 */

/** Stands for a spoiler, which is black until a person clicks on it. */
export const HIDDEN = '█';

const ESCAPE = /\\([^\da-z\s])/iy;
const BLOCK = /```(?:[\w+.#-]+?\n)?\n*([^\n][\s\S]*?)\n*```/y;
const CODE = /(`+)([\s\S]*?[^`])\1(?!`)/y;
const SPOILER = /\|\|([\s\S]+?)\|\|/y;
const LINK = /\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s<>]*?)>?(?:\s+"[^"]*")?\)/y;
const URL_TEXT = /https?:\/\/[^\s<]+[^<.,:;"'\]\s]/y;
const MARK = /\*\*(?=\S)([\s\S]+?)\*\*(?!\*)|__(?=\S)([\s\S]+?)__(?!_)|~~(?=\S)([\s\S]+?)~~/y;

/** The visible text. Marks without meaning stay visible; headings, quotes and lists are left as they are. */
export function seen(content: string): string {
  let shown = '';
  for (let at = 0; at < content.length; ) {
    const [length, text] = readAt(content, at);
    shown += text;
    at += length;
  }
  return shown;
}

/** The address of each masked link. */
export function linksIn(content: string): string[] {
  return [...content.matchAll(new RegExp(LINK.source, 'g'))].map(([, , url = '']) => url);
}

/** Characters after which Discord still reads a block: bullets, quotes, headings and marks. */
const STILL_START = /[ \t>*_~|#+-]|\d+[.)]/y;
const SMALL_PRINT = /-#[^\S\n]+([^\n]*)/y;
const QUOTE_OF_ALL = />>>[^\S\n]+([\s\S]*)/y;

/**
 * Lines that Discord shows as small print, and all text that a `>>>` makes a quote.
 * Discord's clients read `-# ` at the start of a line and after anything else that may begin one:
 * `- -# a`, `> -# a`, `# -# a`, `**-# a**` (support.discord.com "Markdown Text 101", Subtext).
 * This function is stricter: it also reads `-# ` behind code and after any space.
 */
export function ownMarksIn(content: string): string[] {
  const found: string[] = [];
  let isStart = true;
  for (let at = 0; at < content.length; ) {
    const match = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(content);
    };
    const mark = isStart ? (match(SMALL_PRINT) ?? match(QUOTE_OF_ALL)) : null;
    if (mark) found.push(mark[1] ?? '');
    const escaped = match(ESCAPE);
    const code = escaped ? null : (match(BLOCK) ?? match(CODE));
    const still = match(STILL_START);
    if (escaped || (!code && !still && content[at] !== '\n')) isStart = false;
    if (content[at] === '\n') isStart = true;
    at += (escaped ?? code ?? still)?.[0].length ?? 1;
  }
  return found;
}

function readAt(content: string, at: number): [number, string] {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(content);
  };
  const escaped = match(ESCAPE);
  if (escaped) return [escaped[0].length, escaped[1] ?? ''];
  const block = match(BLOCK);
  if (block) return [block[0].length, block[1] ?? ''];
  const code = match(CODE);
  if (code) return [code[0].length, (code[2] ?? '').trim()];
  const spoiler = match(SPOILER);
  if (spoiler) return [spoiler[0].length, HIDDEN];
  const link = match(LINK);
  if (link) return [link[0].length, seen(link[1] ?? '')];
  const url = match(URL_TEXT);
  if (url) return [url[0].length, url[0]];
  const mark = match(MARK);
  if (mark) return [mark[0].length, seen(mark[1] ?? mark[2] ?? mark[3] ?? '')];
  return [1, content[at] ?? ''];
}
