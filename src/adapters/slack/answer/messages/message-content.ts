/** The content of an answer's message: the whole part, or as much of it as Slack accepts. */
import type { types } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Part } from '../../../../chat/answer/surface.ts';
import { loggable, refusesContent, refusesLength } from '../../api/errors.ts';
import { beginningOf, bytesOf, TEXT_BYTES } from '../../markdown/bytes.ts';
import { mrkdwnOf } from '../../markdown/mrkdwn.ts';
import { summaryOf } from '../../markdown/summary.ts';
import { blocksOf } from '../blocks.ts';

export interface Content {
  text: string;
  blocks?: types.KnownBlock[];
}

export interface Sent<T> {
  reply: T;
  /** Length of the part's text that the message now shows, in UTF-16 units. */
  length: number;
}

/** The content of one answer's messages. */
export interface MessageContent {
  /** Whether Slack accepts text only. */
  readonly isPlain: boolean;
  /** Whether Slack is known to accept less than a whole part. */
  readonly isLess: boolean;
  /** Notes that a call outside `send` was refused. Its length may show that Slack accepts less. */
  refused(error: unknown): void;
  /**
   * Makes the call with less and less content until Slack accepts it: without buttons, then shorter, then as
   * plain text. No answer is lost because of a button.
   */
  send<T>(part: Part, call: (content: Content) => Promise<T>): Promise<Sent<T>>;
}

/** A text shorter than this is not refused for its length. */
const LEAST_BYTES = 400;

/** Forms of a message, from the fullest to the least. */
const LOOKS = ['all', 'no feedback', 'no buttons', 'plain'] as const;

interface Form {
  look: (typeof LOOKS)[number];
  /** Most bytes of the text. */
  most: number;
}

function contentOf(part: Part, { look, most }: Form, turn: string): Content & { length: number } {
  const plainNotice = part.notice === undefined ? '' : `_${mrkdwnOf(part.notice)}_`;
  const text = beginningOf(part.text, look === 'plain' ? most - bytesOf(plainNotice) : most);
  const { length } = text;
  const { activity, isPlaceholder } = part;
  // If the text continues in another message, its notice and buttons stand there.
  const isWhole = length === part.text.length;
  if (look === 'plain')
    return { text: [text, isWhole ? plainNotice : ''].filter(Boolean).join('\n\n'), length };
  const { notice, footer } = isWhole ? part : {};
  const below = { ...(notice !== undefined && { notice }), ...(footer !== undefined && { footer }) };
  const work = activity !== undefined && isWhole ? { activity } : {};
  // A line about its work says more than that Parley thinks.
  const words = isPlaceholder && 'activity' in work ? '' : text;
  const shown = {
    text: words,
    ...below,
    ...work,
    buttons: isWhole && look !== 'no buttons' ? part.buttons : [],
  };
  const blocks = look === 'all' ? blocksOf(shown, turn) : blocksOf(shown, turn, { withFeedback: false });
  return { text: summaryOf(text.trim() === '' ? (part.notice ?? '') : text), blocks, length };
}

export function createMessageContent(turn: string, log: Logger): MessageContent {
  /** The form that Slack has accepted so far. */
  let taken: Form = { look: 'all', most: Number.POSITIVE_INFINITY };
  let isLess = false;

  return {
    get isPlain() {
      return taken.look === 'plain';
    },
    get isLess() {
      return isLess || Number.isFinite(taken.most);
    },
    refused(error) {
      isLess ||= refusesLength(error);
    },
    async send(part, call) {
      // A refusal may have been temporary, so the end of an answer is tried with all its buttons.
      let form: Form = isEnd(part) ? { ...taken, look: 'all' } : taken;
      for (;;) {
        const { length, ...content } = contentOf(part, form, turn);
        try {
          const reply = await call(content);
          taken = form;
          return { reply, length };
        } catch (error) {
          isLess ||= refusesLength(error);
          const bytes = bytesOf(part.text.slice(0, length));
          const next =
            refusesContent(error) && lessThan(part, form, refusesLength(error) ? bytes : undefined);
          if (!next) throw error;
          log.warn(
            { code: loggable(error), sent: form.look, bytes },
            'slack refuses a message: less is sent',
          );
          form = next;
        }
      }
    },
  };

  /** The next form that changes the message. @param tooLong the number of bytes, if the message was too long */
  function lessThan(part: Part, form: Form, tooLong: number | undefined): Form | undefined {
    const tried = JSON.stringify(contentOf(part, form, turn));
    let next = tooLong === undefined ? lesser(form) : shorter(form, tooLong);
    while (next && JSON.stringify(contentOf(part, next, turn)) === tried) next = lesser(next);
    return next;
  }
}

/** Whether the part has the button of an answer that is being written. */
export const isLive = ({ buttons }: Part) => buttons.includes('stop');

/** Whether the part has the buttons of an ended answer. */
export const isEnd = ({ buttons }: Part) => buttons.length > 0 && !buttons.includes('stop');

/** The next lesser form. Undefined if there is none. */
function lesser({ look, most }: Form): Form | undefined {
  const next = LOOKS[LOOKS.indexOf(look) + 1];
  return next && { look: next, most: next === 'plain' ? Math.min(most, TEXT_BYTES) : most };
}

function shorter(form: Form, sent: number): Form | undefined {
  if (sent > LEAST_BYTES) return { ...form, most: Math.ceil(sent / 2) };
  return form.look === 'plain' ? undefined : { look: 'plain', most: TEXT_BYTES };
}
