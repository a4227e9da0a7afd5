/** The buttons under an answer: who may press each, and what a press does, also when it comes late or twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { QuestionLimits } from '../../core/access/question-limits.ts';
import type { Refusals } from '../../core/access/refusals.ts';
import type { Audit } from '../../core/reports/audit.ts';
import { en } from '../../core/sentences/en.ts';
import type { StoredTurn, Transcripts } from '../../core/storage.ts';
import type { TurnQueue } from '../../core/turn/queue.ts';
import type { AuthorRights, Feedback } from '../../core/types.ts';
import type { Vocabulary } from '../../core/vocabulary.ts';
import { askerFields, type CallerRights } from '../inbox/caller.ts';
import type { AnswerRecord, Records } from './answer-records.ts';
import type { Answering } from './answering.ts';
import { createIsInLimits, createMayAsk, idsOf, type MadePress, type MayPress, type Press } from './press.ts';
import { createShortPress, type ShortPressOptions } from './short-press.ts';
import { type Button, ShowError } from './surface.ts';
import { usualButtons } from './usual-buttons.ts';

export interface ButtonsOptions extends QuestionLimits, Pick<ShortPressOptions, 'shortVersions'> {
  answering: Pick<Answering, 'live' | 'again' | 'goOn' | 'withdraw' | 'showKept' | 'isLong'>;
  records: Pick<Records, 'read' | 'write'>;
  transcripts: Pick<Transcripts, 'find' | 'rate'>;
  queue: Pick<TurnQueue, 'cancel'>;
  refusals: Refusals;
  /** The platform's words, for what a presser is told. */
  words: Vocabulary;
  audit: Audit;
}

type Actions = Record<Button | Feedback, (made: MadePress) => Promise<void>>;

/** Waits (ms) for a message that was just posted to be noted as the answer's. */
const NOTED_WAITS_MS = [100, 300, 600];
/** Answers remembered as continued, so that a second press does nothing. */
const MOST_CONTINUED = 1_000;

/** @returns handles one press. @throws StoreError, ShowError, or the error of the platform's client */
export function createButtons(options: ButtonsOptions): (press: Press) => Promise<void> {
  const { audit } = options;
  const mayAsk = createMayAsk(options.refusals);
  const isInLimits = createIsInLimits(options);
  const actions: Actions = {
    ...createEnding(options),
    ...createAsking(options, mayAsk, isInLimits),
    ...createReading(options),
    short: createShortPress(options, { mayAsk, isInLimits }),
  };

  /**
   * Only the asker may press, or a moderator who may ask there. Anyone who sees the answer may see its reasoning, and
   * may want it in short.
   */
  async function mayPress(made: MadePress, button: Button | Feedback): Promise<boolean> {
    const { press, record } = made;
    const { conversation } = record;
    if (button === 'thoughts' || button === 'short' || press.presser === record.asker) return true;
    if (await press.mayManage(conversation)) return mayAsk(made);
    const what = button === 'good' || button === 'bad' ? 'feedback' : button;
    audit('refused', { ...idsOf(made), what, reason: 'role' });
    await press.tell(en.notices.notYours(options.words));
    return false;
  }

  return async (press) => {
    const { pressed } = press;
    const record = pressed && (await pressedAnswer(options.records, pressed.turn, press));
    if (!pressed || !record) return press.tell(en.notices.answerGone);
    let caller: Promise<CallerRights> | undefined;
    const made: MadePress = {
      press,
      turn: pressed.turn,
      record,
      caller: () => (caller ??= press.callerOf(record.conversation)),
    };
    if (await mayPress(made, pressed.button)) await actions[pressed.button](made);
  };
}

/**
 * The answer that was pressed; undefined where the turn is not known, or was not answered in that message.
 * @throws StoreError
 */
async function pressedAnswer(
  records: Pick<Records, 'read'>,
  turn: string,
  { message, isAt }: Press,
): Promise<AnswerRecord | undefined> {
  let record = await records.read(turn);
  if (!record || !(await isAt(record.conversation))) return undefined;
  for (const wait of NOTED_WAITS_MS) {
    if (!record || record.ids.includes(message)) return record;
    await sleep(wait);
    record = await records.read(turn);
  }
  return record?.ids.includes(message) ? record : undefined;
}

/** Makes a private answer reachable by the press. Then only the pressed message can be reached. */
function createReach(records: ButtonsOptions['records']) {
  return async ({ press, turn, record }: MadePress): Promise<AnswerRecord> => {
    if (!record.isPrivate || !(await press.reach?.(turn, record.conversation))) return record;
    const reached = { ...record, ids: [press.message] };
    await records.write(turn, reached);
    return reached;
  };
}

/** Stop and Delete. */
function createEnding(options: ButtonsOptions): Pick<Actions, 'stop' | 'delete'> {
  const { answering, records, transcripts, queue, audit } = options;
  const reach = createReach(records);

  /** Corrects the message of an answer that no process is writing any more, and that has no kept end. */
  async function mend(made: MadePress, buttons: Button[], note?: string): Promise<void> {
    const { press, turn } = made;
    const surface = await press.surface(turn, await reach(made));
    const isShown = await surface?.setButtons(press.message, buttons, note);
    if (!isShown && note !== undefined) await press.tell(note);
  }

  return {
    async stop(made) {
      const { press, turn, record } = made;
      const { conversation } = record;
      if (await queue.cancel(conversation, turn)) return press.acknowledge();
      const kept = await transcripts.find(conversation, turn);
      // An edit may take longer than a platform waits to hear of the press.
      await press.acknowledge();
      if (kept && kept.end !== null) {
        await reach(made);
        return answering.showKept(kept);
      }
      const ended = usualButtons('interrupted', { hasText: false, hasThoughts: false });
      await (kept ? mend(made, ended, en.notices.cutByRestart) : mend(made, []));
    },

    async delete({ press, turn, caller }) {
      await press.acknowledge();
      // Its last message may have been posted meanwhile.
      const record = await records.read(turn);
      if (!record) return;
      const made = { press, turn, record, caller };
      const isGone = await answering.withdraw(turn, await reach(made), true);
      audit('forgotten', { ...idsOf(made), conversation: record.conversation, what: 'message' });
      if (!isGone) await press.tell(en.notices.notDeleted(options.words));
    },
  };
}

/** The asker's rights now. Undefined for the press of a moderator, which is charged to the asker by the rights of then. */
async function askerNow({ press, record, caller }: MadePress): Promise<AuthorRights | undefined> {
  return press.presser === record.asker ? askerFields(await caller()) : undefined;
}

/** Regenerate and Continue, which ask the model. */
function createAsking(
  options: ButtonsOptions,
  mayAsk: MayPress,
  isInLimits: MayPress,
): Pick<Actions, 'regenerate' | 'continue'> {
  const { answering, transcripts } = options;
  const reach = createReach(options.records);
  /** Answers that were continued, by their turn and how often it was asked for. */
  const continued = new LRUCache<string, true>({ max: MOST_CONTINUED });

  /** A presser who may not ask, or has sent too many messages, is told so. */
  async function mayAskNow(made: MadePress): Promise<boolean> {
    // `mayPress` has checked everyone but the asker.
    const isChecked = made.press.presser !== made.record.asker;
    return (isChecked || (await mayAsk(made))) && isInLimits(made);
  }

  /** Begins a turn of its own, whose answer goes on where the last one was cut; returns that one. Undefined where it is gone. */
  async function goOn(made: MadePress): Promise<StoredTurn | undefined> {
    const { press, turn, record, caller } = made;
    const { conversation, isPrivate } = record;
    const cut = await transcripts.find(conversation, turn);
    if (!cut) return undefined;
    const { id, at, replyTo } = press.nextMessage(conversation);
    if (isPrivate) await press.reach?.(id, conversation);
    const { settings } = await caller();
    const to = { settings, ...(replyTo && { replyTo }), ...(isPrivate && { isPrivate }) };
    const { reader, namedRoles } = cut.message;
    const asker = (await askerNow(made)) ?? { ...(reader && { reader }), ...(namedRoles && { namedRoles }) };
    await answering.goOn(cut, { id, at, ...asker }, to);
    return cut;
  }

  return {
    async regenerate(made) {
      const { press, turn, record } = made;
      if (!(await mayAskNow(made))) return;
      await press.acknowledge();
      // A private answer that is being written must not be reached by another interaction.
      const isBusy = record.isPrivate === true && (await answering.live(turn)) !== undefined;
      const isBegun = !isBusy && (await answering.again(turn, await reach(made), await askerNow(made)));
      if (!isBegun) await press.tell(en.notices.busyOrForgotten);
    },

    async continue(made) {
      const { press, turn, record } = made;
      if (!(await mayAskNow(made))) return;
      await press.acknowledge();
      const key = `${turn} ${record.round}`;
      if (continued.has(key)) return;
      continued.set(key, true);
      const begun = await goOn(made).catch((error: unknown) => {
        // Nothing was begun, so another press may.
        continued.delete(key);
        throw error;
      });
      if (!begun) return press.tell(en.notices.busyOrForgotten);
      const buttons = usualButtons('stop', {
        hasText: true,
        hasThoughts: begun.thoughts !== undefined,
        isLong: answering.isLong(begun.answer),
      });
      const surface = await press.surface(turn, await reach(made));
      await surface?.setButtons(press.message, buttons).catch((error: unknown) => {
        // A button that stays does nothing: the answer is continued already.
        if (!(error instanceof ShowError)) throw error;
      });
    },
  };
}

/** Show thinking, and feedback, which leave the answer as it is. */
function createReading({ transcripts }: ButtonsOptions): Pick<Actions, 'thoughts' | Feedback> {
  const rateAs =
    (feedback: Feedback) =>
    async ({ press, turn, record }: MadePress): Promise<void> => {
      if (!(await transcripts.rate(record.conversation, turn, feedback)))
        await press.tell(en.notices.answerGone);
    };

  return {
    async thoughts({ press, turn, record }) {
      const kept = await transcripts.find(record.conversation, turn);
      await (kept?.thoughts ? press.showThoughts(kept.thoughts) : press.tell(en.notices.thoughtsGone));
    },
    good: rateAs('good'),
    bad: rateAs('bad'),
  };
}
