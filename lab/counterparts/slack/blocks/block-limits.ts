/** Limits of blocks on Slack (docs.slack.dev/reference/block-kit/blocks, …/composition-objects). */
import { object } from '../api/args.ts';
import { explained, SlackError } from '../api/errors.ts';
import type { Block } from '../world/world.ts';
import { checkChart, checkDataTable, checkDataTogether } from './data-limits.ts';

/** Most bytes of all markdown blocks in a payload together (the page on markdown blocks says characters). */
export const MARKDOWN_MOST = 12_000;

/**
 * Length of a text in bytes of UTF-8, the strictest reading. Others measured bytes where Slack's pages say
 * characters.
 */
export const bytesOf = (text: string) => Buffer.byteLength(text);

const MESSAGE_BLOCKS_MOST = 50;
const VIEW_BLOCKS_MOST = 100;

const IN_MESSAGES = [
  'section',
  'header',
  'divider',
  'context',
  'actions',
  'image',
  'markdown',
  'rich_text',
  'table',
  'input',
  'file',
  'video',
  'context_actions',
  'task_card',
  'plan',
  'alert',
  'card',
  'carousel',
  'data_table',
  'data_visualization',
  'call',
];
const IN_VIEWS = [
  'section',
  'header',
  'divider',
  'context',
  'actions',
  'image',
  'rich_text',
  'input',
  'video',
  'table',
  'alert',
];

export function checkBlocks(given: unknown[], where: 'message' | 'view'): Block[] {
  const most = where === 'message' ? MESSAGE_BLOCKS_MOST : VIEW_BLOCKS_MOST;
  const wrong: string[] = [];
  if (given.length > most) wrong.push(`no more than ${most} items allowed [json-pointer:/blocks]`);
  const ids = new Set<string>();
  let markdown = 0;
  const blocks = given.map((one, index) => {
    const at = `/blocks/${index}`;
    const block = object(one);
    if (typeof block?.type !== 'string') throw new SlackError('invalid_blocks_format');
    const known = where === 'message' ? IN_MESSAGES : IN_VIEWS;
    if (!known.includes(block.type)) wrong.push(`unsupported type: ${block.type} [json-pointer:${at}/type]`);
    checkBlock(block, at, wrong);
    if (block.type === 'markdown') markdown += bytesOf(String(block.text));
    else if (typeof block.block_id === 'string') {
      if (ids.has(block.block_id)) wrong.push(`block_id already exists [json-pointer:${at}/block_id]`);
      ids.add(block.block_id);
    }
    return block as Block;
  });
  checkDataTogether(blocks, wrong);
  if (wrong.length > 0)
    throw explained(where === 'message' ? 'invalid_blocks' : 'invalid_arguments', ...wrong);
  if (markdown > MARKDOWN_MOST) throw new SlackError('msg_blocks_too_long');
  if (blocks.filter(({ type }) => type === 'table').length > 1) {
    throw explained('invalid_attachments', 'only_one_table_allowed');
  }
  return blocks;
}

function checkBlock(block: Record<string, unknown>, at: string, wrong: string[]): void {
  most(block.block_id, 255, `${at}/block_id`, wrong);
  switch (block.type) {
    case 'markdown':
      required(block.text, `${at}/text`, wrong);
      most(block.text, MARKDOWN_MOST, `${at}/text`, wrong);
      break;
    case 'section': {
      const fields = items(block.fields);
      if (!block.text && fields.length === 0) wrong.push(`must have text or fields [json-pointer:${at}]`);
      if (block.text) checkText(block.text, 3000, `${at}/text`, wrong);
      atMost(fields, 10, `${at}/fields`, wrong);
      for (const [index, field] of fields.entries()) checkText(field, 2000, `${at}/fields/${index}`, wrong);
      if (block.accessory) checkElement(block.accessory, `${at}/accessory`, wrong);
      break;
    }
    case 'header':
      checkText(block.text, 150, `${at}/text`, wrong, 'plain_text');
      break;
    case 'context':
      checkContext(items(block.elements), at, wrong);
      break;
    case 'actions':
      checkElements(items(block.elements), 25, at, wrong);
      break;
    case 'context_actions':
      checkElements(items(block.elements), 5, at, wrong);
      break;
    case 'input':
      checkText(block.label, 2000, `${at}/label`, wrong, 'plain_text');
      if (block.hint) checkText(block.hint, 2000, `${at}/hint`, wrong, 'plain_text');
      if (!block.element) wrong.push(`missing required field: element [json-pointer:${at}]`);
      else checkElement(block.element, `${at}/element`, wrong);
      break;
    case 'data_visualization':
      checkChart(block, at, wrong);
      break;
    case 'data_table':
      checkDataTable(block, at, wrong);
      break;
    case 'table':
      checkTable(items(block.rows), at, wrong);
      break;
    default:
  }
}

function checkContext(elements: unknown[], at: string, wrong: string[]): void {
  atLeastOne(elements, `${at}/elements`, wrong);
  atMost(elements, 10, `${at}/elements`, wrong);
  for (const [index, one] of elements.entries()) {
    if (object(one)?.type !== 'image') checkText(one, 2000, `${at}/elements/${index}`, wrong);
  }
}

function checkElements(elements: unknown[], limit: number, at: string, wrong: string[]): void {
  atLeastOne(elements, `${at}/elements`, wrong);
  atMost(elements, limit, `${at}/elements`, wrong);
  const ids = elements.map((one) => object(one)?.action_id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) wrong.push(`action_id already exists [json-pointer:${at}/elements]`);
  for (const [index, one] of elements.entries()) checkElement(one, `${at}/elements/${index}`, wrong);
}

function checkElement(given: unknown, at: string, wrong: string[]): void {
  const element = object(given) ?? {};
  most(element.action_id, 255, `${at}/action_id`, wrong);
  if (element.placeholder) checkText(element.placeholder, 150, `${at}/placeholder`, wrong, 'plain_text');
  if (element.confirm) checkConfirm(object(element.confirm) ?? {}, `${at}/confirm`, wrong);
  switch (element.type) {
    case 'button':
      checkText(element.text, 75, `${at}/text`, wrong, 'plain_text');
      most(element.value, 2000, `${at}/value`, wrong);
      most(element.url, 3000, `${at}/url`, wrong);
      most(element.accessibility_label, 75, `${at}/accessibility_label`, wrong);
      if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style))) {
        wrong.push(`invalid style [json-pointer:${at}/style]`);
      }
      break;
    case 'feedback_buttons':
      for (const side of ['positive_button', 'negative_button']) {
        const button = object(element[side]) ?? {};
        checkText(button.text, 75, `${at}/${side}/text`, wrong, 'plain_text');
        required(button.value, `${at}/${side}/value`, wrong);
        most(button.value, 2000, `${at}/${side}/value`, wrong);
        most(button.accessibility_label, 75, `${at}/${side}/accessibility_label`, wrong);
      }
      break;
    case 'plain_text_input':
      for (const bound of ['min_length', 'max_length']) {
        if (Number(element[bound] ?? 1) > 3000)
          wrong.push(`must be at most 3000 [json-pointer:${at}/${bound}]`);
      }
      most(element.initial_value, Number(element.max_length ?? 3000), `${at}/initial_value`, wrong);
      break;
    case 'static_select':
    case 'multi_static_select':
    case 'radio_buttons':
    case 'checkboxes':
    case 'overflow':
      checkOptions(element, at, wrong);
      break;
    case undefined:
      wrong.push(`missing required field: type [json-pointer:${at}]`);
      break;
    default:
  }
}

const OPTIONS_MOST: Record<string, number> = { radio_buttons: 10, checkboxes: 10, overflow: 5 };

function checkOptions(element: Record<string, unknown>, at: string, wrong: string[]): void {
  const groups = items(element.option_groups);
  const options =
    groups.length > 0 ? groups.flatMap((one) => items(object(one)?.options)) : items(element.options);
  atLeastOne(options, `${at}/options`, wrong);
  atMost(options, OPTIONS_MOST[String(element.type)] ?? 100, `${at}/options`, wrong);
  const values = options.map((one) => object(one)?.value);
  for (const [index, one] of options.entries()) {
    const option = object(one) ?? {};
    checkText(option.text, 75, `${at}/options/${index}/text`, wrong);
    required(option.value, `${at}/options/${index}/value`, wrong);
    most(option.value, 150, `${at}/options/${index}/value`, wrong);
    if (option.description) checkText(option.description, 75, `${at}/options/${index}/description`, wrong);
  }
  const initial = element.initial_option ? [element.initial_option] : items(element.initial_options);
  for (const one of initial) {
    if (!values.includes(object(one)?.value)) wrong.push(`invalid initial option [json-pointer:${at}]`);
  }
}

function checkConfirm(confirm: Record<string, unknown>, at: string, wrong: string[]): void {
  checkText(confirm.title, 100, `${at}/title`, wrong, 'plain_text');
  checkText(confirm.text, 300, `${at}/text`, wrong);
  if (confirm.confirm) checkText(confirm.confirm, 30, `${at}/confirm`, wrong, 'plain_text');
  if (confirm.deny) checkText(confirm.deny, 30, `${at}/deny`, wrong, 'plain_text');
}

function checkTable(rows: unknown[], at: string, wrong: string[]): void {
  atLeastOne(rows, `${at}/rows`, wrong);
  atMost(rows, 100, `${at}/rows`, wrong);
  for (const [index, row] of rows.entries()) atMost(items(row), 20, `${at}/rows/${index}`, wrong);
  const characters = rows.flatMap(items).map((cell) => String(object(cell)?.text ?? '').length);
  if (characters.reduce((all, one) => all + one, 0) > 10_000)
    wrong.push(`table is too long [json-pointer:${at}]`);
}

/** Checks a text object of the type `only`, or of either type. */
export function checkText(
  given: unknown,
  limit: number,
  at: string,
  wrong: string[],
  only?: 'plain_text',
): void {
  const text = object(given);
  if (!text || (text.type !== 'plain_text' && text.type !== 'mrkdwn') || (only && text.type !== only)) {
    wrong.push(`must be a ${only ?? 'text'} object [json-pointer:${at}]`);
    return;
  }
  required(text.text, `${at}/text`, wrong);
  most(text.text, limit, `${at}/text`, wrong);
}

function required(value: unknown, at: string, wrong: string[]): void {
  if (typeof value !== 'string' || value === '')
    wrong.push(`must be more than 0 characters [json-pointer:${at}]`);
}

function most(value: unknown, limit: number, at: string, wrong: string[]): void {
  if (typeof value === 'string' && bytesOf(value) > limit) {
    wrong.push(`must be less than ${limit + 1} characters [json-pointer:${at}]`);
  }
}

function atMost(given: unknown[], limit: number, at: string, wrong: string[]): void {
  if (given.length > limit) wrong.push(`no more than ${limit} items allowed [json-pointer:${at}]`);
}

function atLeastOne(given: unknown[], at: string, wrong: string[]): void {
  if (given.length === 0) wrong.push(`must have at least one item [json-pointer:${at}]`);
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
