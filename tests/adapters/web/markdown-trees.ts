/** Markdown read by the page, in short forms. */
import { type Blocks, NOTHING, readBlocks } from '../../../src/adapters/web/page/markdown/blocks.ts';
import type { InlineNode } from '../../../src/adapters/web/page/markdown/inline/inline-nodes.ts';
import { parseInline } from '../../../src/adapters/web/page/markdown/inline/parse-inline.ts';

/** The tree in short: marks as tags, code in ` `, formulas in { }, a line's end as /. */
function short(nodes: InlineNode[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'mark':
          return `<${node.tag}>${short(node.children)}</${node.tag}>`;
        case 'link':
          return `<a ${node.href}>${short(node.children)}</a>`;
        case 'image':
          return `<img ${node.href} ${node.text}>`;
        case 'code':
          return `\`${node.text}\``;
        case 'formula':
          return `{${node.text}}`;
        case 'break':
          return '/';
        case 'note':
          return `<note ${node.label}>`;
        default:
          return node.text;
      }
    })
    .join('');
}

export const DEFINITIONS = new Map([['docs', 'https://docs.example/']]);

export const inline = (text: string, growing = false) =>
  short(parseInline(text, { definitions: DEFINITIONS, growing }));

export const whole = (text: string, before: Blocks = NOTHING) => readBlocks(text, false, before, () => false);

export const growing = (text: string, before: Blocks = NOTHING) =>
  readBlocks(text, true, before, () => false);

export const kinds = ({ blocks }: Blocks) =>
  blocks.map(({ type }) => type).filter((type) => type !== 'space');
