/**
 * Slack's rich text as mrkdwn with entities (docs.slack.dev: rich text block). `readable` turns that into a person's
 * text. Only code keeps its marks, since each of its characters counts.
 */
import { fieldsOf, listOf, stringOf } from './slack-message.ts';
import { escaped } from './text.ts';

/** Most levels of nested lists and quotes that are read. */
const MOST_LEVELS = 8;

/** @param block of type `rich_text` */
export function richTextOf(block: unknown): string {
  return listOf(fieldsOf(block).elements)
    .map((element) => partOf(element, 0))
    .filter((part) => part.trim() !== '')
    .join('\n');
}

function partOf(element: unknown, level: number): string {
  if (level > MOST_LEVELS) return '';
  const fields = fieldsOf(element);
  const inside = () =>
    listOf(fields.elements)
      .map((one) => pieceOf(one, level))
      .join('');
  switch (fields.type) {
    case 'rich_text_list':
      return listText(fields, level);
    case 'rich_text_quote':
      return inside().replace(/^/gm, '&gt; ');
    case 'rich_text_preformatted':
      return `\`\`\`\n${inside()}\n\`\`\``;
    default:
      return fields.elements === undefined ? pieceOf(element, level) : inside();
  }
}

function listText({ style, indent, offset, elements }: Record<string, unknown>, level: number): string {
  const margin = '  '.repeat(Math.min(numberOf(indent), MOST_LEVELS));
  const first = numberOf(offset) + 1;
  return listOf(elements)
    .map((item, index) => {
      const mark = style === 'ordered' ? `${first + index}.` : '•';
      return `${margin}${mark} ${partOf(item, level + 1)}`;
    })
    .join('\n');
}

/** One element of a section. */
function pieceOf(element: unknown, level: number): string {
  const fields = fieldsOf(element);
  const text = stringOf(fields.text);
  switch (fields.type) {
    case 'text':
      return fieldsOf(fields.style).code === true ? `\`${escaped(text)}\`` : escaped(text);
    case 'link':
      return linkOf(stringOf(fields.url), text);
    case 'user':
      return `<@${stringOf(fields.user_id)}>`;
    case 'channel':
      return `<#${stringOf(fields.channel_id)}>`;
    case 'usergroup':
      return `<!subteam^${stringOf(fields.usergroup_id)}>`;
    case 'broadcast':
      return `<!${stringOf(fields.range)}>`;
    case 'emoji':
      return `:${stringOf(fields.name)}:`;
    case 'date':
      return escaped(stringOf(fields.fallback) || dateOf(numberOf(fields.timestamp)));
    case 'color':
      return escaped(stringOf(fields.value));
    default:
      return fields.elements === undefined ? escaped(text) : partOf(element, level + 1);
  }
}

/** A link in mrkdwn. Characters that would end the link are encoded or removed. */
export function linkOf(url: string, label: string): string {
  const address = url.replaceAll('|', '%7C').replace(/[<>\s]/g, '');
  if (address === '') return escaped(label);
  return label === '' ? `<${address}>` : `<${address}|${escaped(label).replaceAll('\n', ' ')}>`;
}

function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0;
}
