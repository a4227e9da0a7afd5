/** Turns as the page shows them. */
import { footerOf } from '../../../core/money/shown/footer.ts';
import { en } from '../../../core/sentences/en.ts';
import type { Choices, Settings } from '../../../core/settings.ts';
import type { StoredTurn, Transcripts } from '../../../core/storage.ts';
import type { LiveTurn, TurnQueue } from '../../../core/turn/queue.ts';
import { resultIn } from '../../../core/turn/rounds/output.ts';
import { shownStep } from '../../../core/turn/rounds/shown-step.ts';
import type { Toolbox } from '../../../core/turn/tools/turn-tools.ts';
import { type ConversationId, type MadeFile, type ShownStep, tenantIn } from '../../../core/types.ts';
import type { StepDetails } from '../api/steps.ts';
import type { MadeFileView, StepView, TurnEvents, TurnView } from '../api.ts';

/** @param phase that it waits or is being answered, in any process; otherwise the choice of a footer below it */
export function viewOf(
  turn: StoredTurn,
  phase: Exclude<LiveTurn['phase'], 'answered'> | ({ footer: Choices['footer'] } & ViewTools),
): TurnView {
  const { message, seq } = turn;
  return {
    id: message.id,
    seq,
    text: message.text,
    attachments: message.attachments,
    at: message.at,
    ...(typeof phase === 'string'
      ? { answer: '', end: null, notice: null, live: true, ...(phase === 'waiting' && { waits: true }) }
      : { answer: turn.answer, ...endOf(turn, phase.footer, phase.toolbox), live: false }),
  };
}

/** The end of a turn that no process answers. A turn without an end was cut off for good. */
export function endOf(
  turn: StoredTurn,
  chosen: Choices['footer'],
  toolbox: ViewTools['toolbox'],
): TurnEvents['end'] {
  const { end, endedAt, notice, thoughts, model, files = [] } = turn;
  if (end === null) return { end: 'interrupted', notice: en.notices.cutByRestart };
  const footer = footerOf(turn, chosen);
  const steps = stepsOf(turn);
  return {
    end,
    notice: notice ?? null,
    ...(endedAt !== undefined && { endedAt }),
    ...(thoughts && { hasThoughts: true }),
    ...(model !== undefined && { model }),
    ...(footer !== undefined && { footer: inPlainText(footer) }),
    ...(steps.length > 0 && { steps: steps.map((step) => stepView(shownStep(step, toolbox.tools))) }),
    ...(files.length > 0 && { files: files.map(madeView) }),
  };
}

export const madeView = ({ id, name, type, size, alt }: MadeFile): MadeFileView => ({
  id,
  name,
  type,
  size,
  alt,
});

export const stepView = ({ id, state, says }: ShownStep): StepView => ({ id, state, says });

/** The steps of a turn, whole. */
export const stepDetails = (turn: StoredTurn): StepDetails[] =>
  stepsOf(turn).map(({ id, arguments: input, output = '' }) => ({ id, input, output: resultIn(output) }));

const stepsOf = ({ rounds = [] }: StoredTurn) => rounds.flatMap(({ steps }) => steps);

/** A footer as the page shows it. */
export const inPlainText = (footer: string): string => footer.replaceAll('`', '');

export type Viewer = (conversation: ConversationId, turns: StoredTurn[]) => Promise<TurnView[]>;

export interface ViewTools {
  /** The tools that can say what they did. */
  toolbox: Pick<Toolbox, 'tools'>;
}

export interface ViewerOptions extends ViewTools {
  queue: TurnQueue;
  transcripts: Transcripts;
  settings: Settings;
}

/** Looks up which of the turns are live. */
export function createViewer({ queue, transcripts, settings, toolbox }: ViewerOptions): Viewer {
  return async (conversation, turns) => {
    const { footer } = await settings.read(tenantIn(conversation));
    // Turns that a branch begins with are answered in another conversation.
    const places = new Set([conversation, ...turns.map(({ message }) => message.conversation)]);
    const live = (await Promise.all([...places].map((place) => queue.live(place)))).flat();
    const phases = new Map(live.map(({ id, phase }) => [id, phase]));
    return Promise.all(
      turns.map(async (turn) => {
        const phase = phases.get(turn.message.id);
        if (phase === 'waiting' || phase === 'answering') return viewOf(turn, phase);
        // The turn may have ended between the two looks.
        const now = turn.end === null ? await transcripts.find(conversation, turn.message.id) : undefined;
        return viewOf(now ?? turn, { footer, toolbox });
      }),
    );
  };
}
