/** A message of an answer as blocks. The values of its buttons hold all they need, so that they work after a restart. */
import type { BlockElementAction, types } from '@slack/bolt';
import type { Button, Part } from '../../../chat/answer/surface.ts';
import type { Feedback } from '../../../core/types.ts';
import { mrkdwnOf } from '../markdown/mrkdwn.ts';
import { en } from '../sentences/en.ts';

/** Most characters in all markdown blocks of a message together (Slack: markdown-block). */
export const MARKDOWN_CHARACTERS = 12_000;
/** Most blocks of a message (Slack: reference/block-kit/blocks). */
const MESSAGE_BLOCKS = 50;

/** Block types that are no text of an answer: those below it, and cards of steps between its pieces. */
const BELOW = new Set(['actions', 'context_actions', 'context', 'divider', 'plan', 'task_card']);

const VERSION = 'v1';
const PREFIX = 'parley_';
const FEEDBACK = `${PREFIX}feedback`;

const LABELS: Record<Button, string> = en.buttons.labels;

/** The ids of all actions on answers. */
export const ANSWER_ACTION = new RegExp(`^${PREFIX}(?:${Object.keys(LABELS).join('|')}|feedback)$`);

/** The action that a press under an answer asks for. */
export type AnswerAction =
  | { type: 'button'; button: Button; turn: string }
  | { type: 'feedback'; feedback: Feedback; turn: string };

export interface BlocksOptions {
  /** Whether people can rate the answer. Absent: if it has ended. */
  withFeedback?: boolean;
}

type Shown = Pick<Part, 'text' | 'notice' | 'footer' | 'buttons' | 'activity'>;

/** @param part with a text in Markdown, no longer than MARKDOWN_CHARACTERS */
export function blocksOf(part: Shown, turn: string, options: BlocksOptions = {}): types.KnownBlock[] {
  const { text } = part;
  return [
    ...(text.trim() === '' ? [] : [{ type: 'markdown' as const, text }]),
    ...belowOf(part, turn, options),
  ];
}

/** The blocks below the text, for a stream that is stopped. */
export function belowOf(
  { notice, footer, buttons, activity }: Omit<Shown, 'text'>,
  turn: string,
  options: BlocksOptions = {},
): types.KnownBlock[] {
  return [
    ...(activity === undefined ? [] : [activityBlock(activity)]),
    ...(notice === undefined ? [] : [noticeOf(notice)]),
    ...(footer === undefined ? [] : [footerBlock(footer)]),
    ...controlsOf(buttons, turn, options),
  ];
}

/** A notice, in a block that a model's Markdown cannot make (docs.slack.dev, context block). */
function noticeOf(notice: string): types.ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwnOf(notice) }] };
}

/** A line about what Parley does now, in plain text, since it may quote anyone. */
function activityBlock(activity: string): types.ContextBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: activity, emoji: false }] };
}

/** A footer, in plain text, where no name of a model is a mark. By its form it is known when the message is read. */
function footerBlock(footer: string): types.ContextBlock {
  const text = footer.replaceAll('`', '');
  return { type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] };
}

function controlsOf(
  buttons: Button[],
  turn: string,
  { withFeedback = buttons.includes('regenerate') }: BlocksOptions = {},
): types.KnownBlock[] {
  return [...(buttons.length > 0 ? [rowOf(buttons, turn)] : []), ...(withFeedback ? [feedbackOf(turn)] : [])];
}

function rowOf(buttons: Button[], turn: string): types.ActionsBlock {
  const elements = buttons.map((button): types.Button => {
    return {
      type: 'button',
      action_id: PREFIX + button,
      value: `${VERSION}:${turn}`,
      text: { type: 'plain_text', text: LABELS[button] },
      ...(button === 'continue' && { style: 'primary' as const }),
    };
  });
  return { type: 'actions', elements };
}

function feedbackOf(turn: string): types.ContextActionsBlock {
  const button = (feedback: Feedback) => ({
    text: { type: 'plain_text' as const, text: en.answers.feedback[feedback].label },
    accessibility_label: en.answers.feedback[feedback].accessible,
    value: `${VERSION}:${feedback}:${turn}`,
  });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: FEEDBACK,
        positive_button: button('good'),
        negative_button: button('bad'),
      },
    ],
  };
}

export function readAction(action: BlockElementAction): AnswerAction | undefined {
  const value = 'value' in action ? (action.value ?? '') : '';
  const [version, ...rest] = value.split(':');
  if (version !== VERSION) return undefined;
  if (action.action_id === FEEDBACK) {
    const [feedback, turn] = rest;
    if (!turn || (feedback !== 'good' && feedback !== 'bad')) return undefined;
    return { type: 'feedback', feedback, turn };
  }
  const button = action.action_id.slice(PREFIX.length);
  const [turn] = rest;
  if (!turn || !action.action_id.startsWith(PREFIX) || !isButton(button)) return undefined;
  return { type: 'button', button, turn };
}

function isButton(name: string): name is Button {
  return Object.hasOwn(LABELS, name);
}

/** Whether a block belongs to an answer's text and not to the blocks below it. */
export function holdsText({ type }: types.AnyBlock): boolean {
  return !BELOW.has(type);
}

/**
 * The blocks of a message, as Slack gives them back, with other buttons. Slack may have split the text into several
 * blocks, and accepts no id of a block that is changed (context-actions-block).
 * @param note a notice below the text
 */
export function withButtons(
  blocks: types.AnyBlock[],
  buttons: Button[],
  turn: string,
  note?: string,
): types.AnyBlock[] {
  const kept = blocks
    .filter(({ type }) => type !== 'actions' && type !== 'context_actions')
    .map(({ block_id: _, ...block }) => block);
  const small = note === undefined ? [] : [noticeOf(note)];
  const controls = controlsOf(buttons, turn);
  return [...kept.slice(0, MESSAGE_BLOCKS - small.length - controls.length), ...small, ...controls];
}
