/** The text that people read in a message: its blocks, or its text if it has none. */
import { object } from '../api/args.ts';
import type { Block, StoredMessage } from '../world/world.ts';

/** The shown text, without buttons, context and dividers. */
export function shown({ text, blocks, stream }: StoredMessage): string {
  if (stream && stream.text !== '') return stream.text;
  const read = blocks.map(textOf).filter((one) => one !== undefined);
  return read.length > 0 ? read.join('\n') : text;
}

function textOf(block: Block): string | undefined {
  switch (block.type) {
    case 'markdown':
      return String(block.text ?? '');
    case 'section':
    case 'header': {
      const fields = Array.isArray(block.fields) ? block.fields : [];
      return [block.text, ...fields]
        .map((one) => String(object(one)?.text ?? ''))
        .filter(Boolean)
        .join('\n');
    }
    case 'rich_text':
      return richText(block.elements);
    case 'data_visualization':
      return `[${object(block.chart)?.type}: ${block.title}]`;
    case 'data_table':
      return `[${block.caption}]\n${rowsOf(block.rows).join('\n')}`;
    default:
      return undefined;
  }
}

/** A line for each row of a table. */
const rowsOf = (rows: unknown): string[] =>
  Array.isArray(rows) ? rows.map((row) => textsIn(row).join(' | ')) : [];

function richText(elements: unknown): string {
  if (!Array.isArray(elements)) return '';
  return elements
    .map((one) => {
      const element = object(one) ?? {};
      if (element.elements) return richText(element.elements);
      if (element.type === 'user') return `<@${element.user_id}>`;
      if (element.type === 'broadcast') return `<!${element.range}>`;
      if (element.type === 'link') return String(element.text ?? element.url);
      return String(element.text ?? '');
    })
    .join('');
}

/** Every text in blocks, with labels and buttons, one a line. */
export function shownIn(value: unknown): string {
  return textsIn(value).join('\n');
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  const fields = object(value);
  if (!fields) return [];
  if (fields.type === 'rich_text') return [richText(fields.elements)];
  if (typeof fields.text === 'string') return [fields.text];
  return Object.values(fields).flatMap(textsIn);
}
