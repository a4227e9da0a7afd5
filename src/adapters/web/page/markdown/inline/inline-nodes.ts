/** A run of text with its marks, as a tree. */
export type InlineNode =
  | { type: 'text'; text: string }
  /** Text without character references: escaped text, or code. */
  | { type: 'literal'; text: string }
  | { type: 'code'; text: string }
  /** A formula with its delimiters, as it was written. */
  | { type: 'formula'; text: string }
  | { type: 'break' }
  | { type: 'mark'; tag: MarkTag; children: InlineNode[] }
  /** `bare`: the address is its own text. */
  | { type: 'link'; href: string; bare: boolean; children: InlineNode[] }
  | { type: 'image'; href: string; text: string }
  /** `[^label]` */
  | { type: 'note'; label: string };

/** HTML tags that are rendered, always without attributes. The first three are also Markdown marks. */
export const MARK_TAGS = [
  'strong',
  'em',
  'del',
  'b',
  'i',
  'u',
  's',
  'ins',
  'sub',
  'sup',
  'kbd',
  'mark',
  'small',
] as const;

export type MarkTag = (typeof MARK_TAGS)[number];

export function isMarkTag(name: string): name is MarkTag {
  return (MARK_TAGS as readonly string[]).includes(name);
}

/** The text that a person reads, without marks. */
export function plainText(nodes: InlineNode[]): string {
  return nodes.map(plain).join('');
}

function plain(node: InlineNode): string {
  if ('children' in node) return plainText(node.children);
  if (node.type === 'break') return ' ';
  return node.type === 'note' ? `[${node.label}]` : node.text;
}
