/**
 * Text of a message's blocks, as mrkdwn with entities (docs.slack.dev: Block Kit). Of unknown blocks, all texts are
 * read.
 */

import { isFooter } from '../../../core/money/shown/footer.ts';
import { linkOf, richTextOf } from './rich-text.ts';
import { fieldsOf, listOf, stringOf } from './slack-message.ts';
import { escaped, escapedMarkdown } from './text.ts';

/** A line, and whether it is only a label of a button or a picture. */
export interface BlockLine {
  text: string;
  isLabel: boolean;
}

/** Most levels of nested blocks that are read. */
const MOST_LEVELS = 8;
/** Fields of unknown blocks that people see. */
const SHOWN_FIELDS = new Set([
  'alt_text',
  'body',
  'caption',
  'description',
  'fallback',
  'footer',
  'header',
  'label',
  'name',
  'subtitle',
  'text',
  'title',
  'value',
]);
/** Blocks of Parley's own messages that are no words of it: buttons, and cards of steps. */
const OWN_CONTROLS = new Set(['actions', 'context_actions', 'plan', 'task_card']);

/** Whether a block is the footer of an answer (`footerBlock`), which nobody wrote. */
const isFooterBlock = (block: unknown) => isFooter(plainContext(block) ?? '');

/** The text of a context block of plain text alone. In Parley's own messages it is a footer, or what Parley does. */
function plainContext(block: unknown): string | undefined {
  const { type, elements } = fieldsOf(block);
  const [only, ...others] = listOf(elements).map(fieldsOf);
  const isPlain = type === 'context' && others.length === 0 && only?.type === 'plain_text';
  return isPlain ? stringOf(only.text) : undefined;
}

/** @param isOwn whether the message is Parley's own: then its buttons, and what it does, are skipped */
export function blockLines(blocks: unknown, isOwn = false): BlockLine[] {
  return listOf(blocks)
    .filter((block) => !isOwn || !(OWN_CONTROLS.has(stringOf(fieldsOf(block).type)) || plainContext(block)))
    .filter((block) => !isFooterBlock(block))
    .flatMap((block) => linesOf(block, 0))
    .filter(({ text }) => text.trim() !== '');
}

const line = (text: string): BlockLine => ({ text, isLabel: false });
const label = (text: string): BlockLine[] => (text === '' ? [] : [{ text: `[${text}]`, isLabel: true }]);

function linesOf(block: unknown, level: number): BlockLine[] {
  if (level > MOST_LEVELS) return [];
  const fields = fieldsOf(block);
  const within = (blocks: unknown) => listOf(blocks).flatMap((one) => linesOf(one, level + 1));
  const texts = (...all: unknown[]) => all.map(textOf).filter(Boolean).map(line);
  switch (fields.type) {
    case 'section':
      return [...texts(fields.text, ...listOf(fields.fields)), ...elementLabels([fields.accessory])];
    case 'context':
      return listOf(fields.elements).flatMap((one) =>
        fieldsOf(one).type === 'image' ? pictureLabel(one) : texts(one),
      );
    case 'markdown':
      return [line(escapedMarkdown(stringOf(fields.text)))];
    case 'rich_text':
      return [line(richTextOf(block))];
    case 'image':
      return pictureLabel(block);
    case 'actions':
    case 'context_actions':
      return elementLabels(listOf(fields.elements));
    case 'table':
    case 'data_table':
      return [...texts(fields.caption), ...listOf(fields.rows).map((row) => line(rowOf(row)))];
    case 'video': {
      const title = linkOf(stringOf(fields.title_url) || stringOf(fields.video_url), plain(fields.title));
      return [line(title), ...texts(fields.description), ...label(escaped(stringOf(fields.alt_text)))];
    }
    case 'card':
      return [
        ...texts(fields.title, fields.subtitle, fields.body),
        ...pictureLabel(fields.hero_image),
        ...elementLabels(listOf(fields.actions)),
      ];
    case 'carousel':
      return within(fields.elements);
    case 'container':
      return [
        ...texts(fields.title, fields.rich_text_title, fields.subtitle),
        ...within(fields.child_blocks),
      ];
    case 'plan':
      return [...texts(fields.title), ...within(fields.tasks)];
    case 'task_card':
      return [...texts(fields.title, fields.details, fields.output), ...within(fields.sources)];
    case 'data_visualization':
      return [...texts(fields.title), ...chartLines(fields.chart).map(line)];
    case 'divider':
      return [];
    default:
      return otherTexts(block, level).map(line);
  }
}

/** Text of a text object, of rich text, or of a plain string. */
function textOf(value: unknown): string {
  const fields = fieldsOf(value);
  if (typeof value === 'string') return escaped(value);
  if (fields.type === 'rich_text') return richTextOf(value);
  if (fields.type === 'raw_number') return escaped(stringOf(fields.text) || String(fields.value ?? ''));
  return fields.type === 'mrkdwn' ? stringOf(fields.text) : escaped(stringOf(fields.text));
}

/** Text without entities, for fields that hold no mrkdwn. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value : stringOf(fieldsOf(value).text);
}

function rowOf(row: unknown): string {
  return `| ${listOf(row)
    .map((cell) => textOf(cell).replaceAll('\n', ' '))
    .join(' | ')} |`;
}

function pictureLabel(picture: unknown): BlockLine[] {
  const fields = fieldsOf(picture);
  const [title, alt] = [escaped(plain(fields.title)), escaped(stringOf(fields.alt_text))];
  const said = [title, alt === title ? '' : alt].filter(Boolean).join(': ');
  return said === '' ? [] : label(`image: ${said}`);
}

/** Labels of buttons, menus and checkboxes. */
function elementLabels(elements: unknown[]): BlockLine[] {
  return elements.flatMap((element) => {
    const fields = fieldsOf(element);
    switch (fields.type) {
      case 'image':
        return pictureLabel(element);
      case 'feedback_buttons':
        return elementLabels([fields.positive_button, fields.negative_button]);
      case 'checkboxes':
      case 'radio_buttons':
        return listOf(fields.options).map(fieldsOf).flatMap(optionLabel);
      default: {
        const chosen = fieldsOf(fields.initial_option).text ?? fields.initial_date ?? fields.initial_time;
        return label(textOf(fields.text ?? chosen ?? fields.placeholder ?? ''));
      }
    }
  });
}

function optionLabel({ text, description }: Record<string, unknown>): BlockLine[] {
  return label([textOf(text), textOf(description)].filter(Boolean).join(': '));
}

/** A chart's values with their names. */
function chartLines(chart: unknown): string[] {
  const { segments, series } = fieldsOf(chart);
  const values = (points: unknown) =>
    listOf(points)
      .map(fieldsOf)
      .map(({ label: name, value }) => escaped(`${stringOf(name)}: ${String(value ?? '')}`));
  const rows = listOf(series)
    .map(fieldsOf)
    .map(({ name, data }) => `${escaped(stringOf(name))}: ${values(data).join(', ')}`);
  return [...values(segments), ...rows];
}

/** All texts in an unknown block, in order. */
function otherTexts(value: unknown, level: number): string[] {
  if (level > MOST_LEVELS) return [];
  if (Array.isArray(value)) return value.flatMap((one) => otherTexts(one, level + 1));
  const fields = fieldsOf(value);
  if (fields.type === 'rich_text') return [richTextOf(value)];
  if (
    typeof fields.text === 'string' &&
    /^(?:mrkdwn|plain_text|raw_text|raw_number)$/.test(String(fields.type))
  )
    return [textOf(value)];
  return Object.entries(fields).flatMap(([name, one]) => {
    if (typeof one === 'object') return otherTexts(one, level + 1);
    const isShown = SHOWN_FIELDS.has(name) && (typeof one === 'string' || typeof one === 'number');
    return isShown ? [escaped(String(one))] : [];
  });
}
