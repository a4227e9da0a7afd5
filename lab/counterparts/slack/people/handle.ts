/** An interaction as its user sees it, and a view. */
import { waitFor } from '../../wait-for.ts';
import { object } from '../api/args.ts';
import { shownIn } from '../blocks/shown.ts';
import { viewPayload } from '../blocks/views.ts';
import type { Context, Interaction } from '../context.ts';
import type { Block, StoredView } from '../world/world.ts';
import { type MessageView, view as messageView } from './message-view.ts';

export interface ViewSeen {
  id: string;
  type: 'modal' | 'home';
  callbackId: string;
  title: string;
  blocks: Block[];
  /** Every text of the view, one a line. */
  text: string;
  privateMetadata: string;
  open: boolean;
  /** Every text of the view so far, oldest first. */
  history: string[];
}

export interface InteractionHandle {
  id: string;
  /** The payload sent to the app. */
  payload: Record<string, unknown>;
  /** Whether the app acknowledged it in time. */
  readonly acknowledged: boolean;
  /** The payload of the acknowledgement. */
  readonly ack: unknown;
  /** The error that the user sees, such as `operation_timeout`. */
  readonly trouble: string | undefined;
  /** Errors under the inputs of a submitted modal, by block id. */
  readonly errors: Record<string, string> | undefined;
  /** The last view that the interaction led to, if any. */
  readonly view: ViewSeen | undefined;
  /** Resolves with the view that the interaction opens. */
  opened(options?: { timeout?: number }): Promise<ViewSeen>;
  readonly responses: MessageView[];
  /** Resolves with the first answer. */
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
