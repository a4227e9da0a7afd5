/** The content of one stream: what was sent, and what a part has beyond that. */
import type { types } from '@slack/bolt';
import type { Part } from '../../../../chat/answer/surface.ts';
import type { ShownStep } from '../../../../core/types.ts';
import { bytesOf } from '../../markdown/bytes.ts';
import { MESSAGE_BYTES } from '../../markdown/dialect.ts';
import { isLive } from '../messages/message-content.ts';
import { cardOf, isOpen, sourcesOf } from './cards.ts';

export interface NextContent {
  /** The new text. */
  text: string;
  /** The new text and cards, in their order. */
  chunks: types.AnyChunk[];
  hasCards: boolean;
  /** Whether Slack takes as much in one stream. */
  fits: boolean;
  /** Slack has taken it. */
  sent(): void;
}

export interface StreamContent {
  /** The text appended so far. */
  readonly text: string;
  /** The cards that are open, as complete ones. */
  openCards(): types.AnyChunk[];
  /** Undefined where the part does not begin with what was sent, so that it cannot be appended. */
  next(part: Part): NextContent | undefined;
}

/**
 * Bytes of all cards of a stream beyond which their sources are left out. Slack counts titles with the text
 * (openclaw/openclaw #143882); for sources nobody has measured it, so they count, too.
 */
const CARD_BYTES = 3_000;

export function createStreamContent(): StreamContent {
  let text = '';
  /** The newest card of each step, as it was sent. */
  let cards = new Map<string, types.TaskUpdateChunk>();

  return {
    get text() {
      return text;
    },

    openCards: () =>
      [...cards.values()].filter(isOpen).map(({ sources: _, ...card }) => ({ ...card, status: 'complete' })),

    next(part) {
      const wanted = textOf(part);
      if (!wanted.startsWith(text)) return undefined;
      const { chunks, known } = piecesOf(part, wanted, { text, cards });
      return {
        text: wanted.slice(text.length),
        chunks,
        hasCards: chunks.some(({ type }) => type === 'task_update'),
        fits: known.size === 0 || bytesOf(wanted) + bytesOfCards(known) <= MESSAGE_BYTES,
        sent() {
          text = wanted;
          cards = known;
        },
      };
    },
  };
}

/** A stream shows cards in place of a placeholder's text. */
const textOf = ({ text, isPlaceholder }: Part) => (isPlaceholder ? '' : text);

type Cards = ReadonlyMap<string, types.TaskUpdateChunk>;

/** A new card stands behind the text that came before its step. A known card stays where it is. */
function piecesOf(part: Part, wanted: string, sent: { text: string; cards: Cards }) {
  const chunks: types.AnyChunk[] = [];
  const known = new Map(sent.cards);
  let at = sent.text.length;

  function addText(end: number): void {
    if (end <= at) return;
    chunks.push({ type: 'markdown_text', text: wanted.slice(at, end) });
    at = end;
  }

  for (const { step, after } of part.steps ?? []) {
    const before = known.get(step.id);
    const card = withSources(cardOf(step, !isLive(part)), step, { before, known });
    if (before && before.status === card.status && before.title === card.title && !card.sources) continue;
    if (!before) addText(Math.min(after, wanted.length));
    chunks.push(card);
    known.set(step.id, { ...card, ...(before?.sources && { sources: before.sources }) });
  }
  addText(wanted.length);
  return { chunks, known };
}

/** The card with the step's sources, once. */
function withSources(
  card: types.TaskUpdateChunk,
  step: ShownStep,
  { before, known }: { before: types.TaskUpdateChunk | undefined; known: Cards },
): types.TaskUpdateChunk {
  const sources = before?.sources ? [] : sourcesOf(step);
  if (sources.length === 0) return card;
  const whole = { ...card, sources };
  return bytesOfCards(known) + bytesOf(JSON.stringify(whole)) <= CARD_BYTES ? whole : card;
}

function bytesOfCards(cards: Cards): number {
  let bytes = 0;
  for (const card of cards.values()) bytes += bytesOf(JSON.stringify(card));
  return bytes;
}
