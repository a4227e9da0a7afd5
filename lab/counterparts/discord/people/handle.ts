/** An interaction as its user sees it: the first answer and what followed. */

import { waitFor } from '../../wait-for.ts';
import type { Callback, CallbackData, Context, StoredInteraction } from '../context.ts';
import { type MessageView, view } from './view.ts';

export interface InteractionHandle {
  id: string;
  token: string;
  /** The data of INTERACTION_CREATE. */
  payload: object;
  /** The bot's first answer; undefined: "The application did not respond". */
  readonly callback: Callback | undefined;
  /** The modal that the bot answered with. */
  readonly modal: CallbackData | undefined;
  /** Resolves with the `@original` message when it exists and has content. */
  message(options?: { timeout?: number }): Promise<MessageView>;
  readonly followups: MessageView[];
}

const MODAL = 9;

export function handleOf({ world }: Context, interaction: StoredInteraction): InteractionHandle {
  return {
    id: interaction.id,
    token: interaction.token,
    payload: interaction.payload,
    get callback() {
      return interaction.callback;
    },
    get modal() {
      return interaction.callback?.type === MODAL ? interaction.callback.data : undefined;
    },
    message: (options) =>
      waitFor(
        () => {
          const { original } = interaction;
          if (!original || original.deleted) return undefined;
          const seen = view(world, original);
          return seen.loading ? undefined : seen;
        },
        { what: `the answer to ${interaction.name}`, ...options },
      ),
    get followups() {
      return interaction.followups.filter(({ deleted }) => !deleted).map((message) => view(world, message));
    },
  };
}

/** Resolves when the bot answered or its time is over. */
export async function settled(context: Context, interaction: StoredInteraction): Promise<InteractionHandle> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, context.settings.callbackWindow + 100);
  });
  await Promise.race([interaction.answered, late]);
  clearTimeout(timer);
  return handleOf(context, interaction);
}
