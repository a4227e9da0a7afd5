/** An interaction as its user sees it, and a view. */
import { waitFor } from '../wait-for.ts';
import { object } from './args.ts';
import type { Context, Interaction } from './context.ts';
import { type MessageView, view as messageView } from './message-view.ts';
import { shownIn } from './shown.ts';
import { viewPayload } from './views.ts';
import type { Block, StoredView } from './world.ts';

export interface ViewSeen {
  id: string;
  type: 'modal' | 'home';
  callbackId: string;
  title: string;
  blocks: Block[];
  /** Every text in it, a line each. */
  text: string;
  privateMetadata: string;
  open: boolean;
  /** Every text it had, oldest first. */
  history: string[];
}

export interface InteractionHandle {
  id: string;
  /** What the app was sent. */
  payload: Record<string, unknown>;
  /** Whether the app acknowledged it in time. */
  readonly acknowledged: boolean;
  /** What came with the acknowledgement. */
  readonly ack: unknown;
  /** What the user is told when something is wrong, such as `operation_timeout`. */
  readonly trouble: string | undefined;
  /** Of a submitted modal: what is said under its inputs, by block id. */
  readonly errors: Record<string, string> | undefined;
  /** The last view that came of it, if any. */
  readonly view: ViewSeen | undefined;
  /** Waits for a view. */
  opened(options?: { timeout?: number }): Promise<ViewSeen>;
  readonly responses: MessageView[];
  /** Waits for the first answer. */
  response(options?: { timeout?: number }): Promise<MessageView>;
}

export function handleOf(context: Context, interaction: Interaction): InteractionHandle {
  const handle: InteractionHandle = {
    id: interaction.id,
    payload: interaction.payload,
    get acknowledged() {
      return interaction.answer?.ok === true;
    },
    get ack() {
      return interaction.answer?.payload;
    },
    get trouble() {
      if (interaction.trouble !== undefined) return interaction.trouble;
      return interaction.answer?.ok === false ? 'operation_timeout' : undefined;
    },
    get errors() {
      const answer = object(interaction.answer?.payload);
      return answer?.response_action === 'errors' ? (answer.errors as Record<string, string>) : undefined;
    },
    get view() {
      const last = interaction.views.at(-1);
      return last && viewSeen(context, last);
    },
    opened: (options) => waitFor(() => handle.view, { what: `a view after ${interaction.kind}`, ...options }),
    get responses() {
      return interaction.responses.filter(({ deleted }) => !deleted).map((one) => messageView(context, one));
    },
    response: (options) =>
      waitFor(() => handle.responses[0], { what: `an answer to ${interaction.kind}`, ...options }),
  };
  return handle;
}

export function viewSeen(context: Context, view: StoredView): ViewSeen {
  const { body } = view;
  return {
    id: view.id,
    type: body.type,
    callbackId: String(body.callback_id ?? ''),
    title: String(object(body.title)?.text ?? ''),
    blocks: viewPayload(context, view).blocks as Block[],
    text: shownIn(body.blocks),
    privateMetadata: String(body.private_metadata ?? ''),
    open: view.open,
    history: view.history.map(({ blocks }) => shownIn(blocks)),
  };
}
