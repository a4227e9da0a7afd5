/** Tags that models put around reasoning within a text, and the models that write them. */

export interface Block {
  open: string;
  closes: string[];
  close: RegExp;
}

function block(open: string, ...closes: string[]): Block {
  const escaped = closes.map((close) => close.replace(/[[\]|]/g, '\\$&'));
  return { open, closes, close: new RegExp(escaped.join('|'), 'i') };
}

/** Tags that count anywhere. llama.cpp, vLLM and LM Studio leave them in the text if no reasoning parser is set. */
export const THINK = [block('<think>', '</think>'), block('<thinking>', '</thinking>')];
/**
 * Tags that count only at the beginning of an answer, since people ask for such tags: Magistral, Kimi,
 * Seed-OSS, Gemma, Open WebUI's list.
 */
export const FIRST = [
  ...THINK,
  block('<thought>', '</thought>'),
  block('<reason>', '</reason>'),
  block('<reasoning>', '</reasoning>'),
  block('<seed:think>', '</seed:think>'),
  block('[think]', '[/think]'),
  block('◁think▷', '◁/think▷'),
  block('<|channel>thought', '<channel|>'),
];
/** gpt-oss without its special tokens: `analysisWe have to …assistantfinalHello`. */
export const BARE = block('analysis', 'assistantfinal');
export const BARE_BEGINNING = /^analysis(?=[A-Z])/;
/** The rest of harmony's first header if the template wrote its beginning. */
export const FIRST_HEADERS = ['analysis<|message|>', 'commentary<|message|>', 'final<|message|>'];
export const INSIDE = block('', '</think>', '</thinking>');

export const TAG = /<\/?think(?:ing)?>|<\|(?:start|channel|constrain|message|end|return|call)\|>/i;
export const HARMONY = /<\|(?:start|channel|constrain|message|end|return|call)\|>/i;
const TAGS = ['<think>', '</think>', '<thinking>', '</thinking>'].concat(
  ['start', 'channel', 'constrain', 'message', 'end', 'return', 'call'].map((name) => `<|${name}|>`),
);
export const LONGEST_TAG = 13;
export const LONGEST_FIRST = 24;
/** Most characters of a harmony header, such as `assistant to=functions.get<|channel|>commentary <|constrain|>json`. */
export const LONGEST_HEADER = 200;
/** A tag between these quotes is only mentioned. */
const QUOTES = ['""', "''", '“”', '‘’', '„“', '«»', '()'];
export const isQuote = (before: string) => QUOTES.some(([open]) => open === before);
export const isQuoted = (before: string, after: string) => QUOTES.includes(before + after);

/** Index of a possible start of a tag at the end of the text; else the text's length. */
export function startOfTag(text: string): number {
  const at = text.lastIndexOf('<');
  if (at < 0 || text.length - at >= LONGEST_TAG) return text.length;
  const start = text.slice(at).toLowerCase();
  return TAGS.some((tag) => tag.startsWith(start)) ? at : text.length;
}

/** Drops an opening tag, which a model that is known to begin inside may still write. */
export function withoutOpening(text: string): string {
  return text.replace(/^\s*<think(?:ing)?>/i, '');
}

/** Number of characters at the end of `text` that are the start of `tag`. */
export function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.slice(-length).toLowerCase() === tag.slice(0, length)) return length;
  }
  return 0;
}
