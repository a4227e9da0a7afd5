/** Reads XML as a stream of tags and texts. Entities that a document defines are never expanded, and nothing is fetched. */
import { SaxesParser } from 'saxes';
import { Unread } from './document-text.ts';

/** Deepest nesting that is read. */
const MOST_DEPTH = 2_000;
/** Characters that are parsed at once. */
const SLICE = 65_536;

export interface XmlTag {
  /** Without its prefix. */
  name: string;
  /** The value of an attribute, by its name without a prefix; '' where it is absent. */
  attribute(name: string): string;
  /** The value of an attribute with this prefix, such as `r:id`. */
  prefixed(name: string): string;
}

export interface XmlHandlers {
  open?(tag: XmlTag): void;
  close?(name: string): void;
  text?(text: string): void;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Tells what stands in a document. A document that is not well-formed is told as far as it can be read. */
export function readXml(bytes: Uint8Array, { open, close, text }: XmlHandlers): void {
  let depth = 0;
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  parser.on('error', () => {});
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > MOST_DEPTH) throw new Unread('broken');
    open?.({
      name: localName(name),
      attribute(wanted) {
        for (const [key, value] of Object.entries(attributes))
          if (key === wanted || localName(key) === wanted) return value;
        return '';
      },
      prefixed: (wanted) => attributes[wanted] ?? '',
    });
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    close?.(localName(name));
  });
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const all = decoded(bytes);
  for (let at = 0; at < all.length; at += SLICE) parser.write(all.slice(at, at + SLICE));
  parser.close();
}

function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
