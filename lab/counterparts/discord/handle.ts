/** An interaction as its user sees it: what was answered, and what came after. */

import { waitFor } from '../wait-for.ts';
import type { Callback, CallbackData, Context, StoredInteraction } from './context.ts';
import { type MessageView, view } from './view.ts';

export interface InteractionHandle {
  id: string;
  token: string;
  /** What INTERACTION_CREATE carried. */
  payload: object;
  /** What the bot answered first; undefined: "The application did not respond". */
  readonly callback: Callback | undefined;
  /** The modal it was answered with. */
  readonly modal: CallbackData | undefined;
  /** The `@original` message once it is there and filled. */
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

/** Resolves when the bot answered, or when its time for that is over. */
export async function settled(context: Context, interaction: StoredInteraction): Promise<InteractionHandle> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, context.settings.callbackWindow + 100);
  });
  await Promise.race([interaction.answered, late]);
  clearTimeout(timer);
  return handleOf(context, interaction);
}
