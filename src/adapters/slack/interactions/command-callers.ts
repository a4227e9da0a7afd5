/** The person who uses a command: how Parley reaches them, and what the core hears of them. */
import type { BlockAction, RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { CallerRights } from '../../../chat/inbox/caller.ts';
import type { CommandCall } from '../../../core/commands/command.ts';
import type { ConversationId } from '../../../core/types.ts';
import { commandPlaceOf, tenantOf } from '../ids.ts';
import type { ReadPlaceOf } from '../summaries/place-reading.ts';
import { type CommandOrigin, homeOrigin, readCarried } from './modals/origin.ts';
import { byResponse, type Whisper, whisper } from './whisper.ts';

export interface CommandCaller {
  client: WebClient;
  user: string;
  origin: CommandOrigin;
  /** Opens one modal, within three seconds. */
  trigger?: string;
  /** The modal that the caller is in. The next modal takes its place. */
  view?: { id: string; title: string };
  /** Whether the caller is on App Home, which has no place for messages: there a sentence is a modal, too. */
  onlyModals?: boolean;
  whisper(message: Whisper): Promise<void>;
}

export interface CommandCallsOptions {
  isAdmin(team: string, user: string): Promise<boolean>;
  /** A person's rights in a conversation now. They may have changed since the person asked. */
  callerOf(conversation: ConversationId, user: string): Promise<CallerRights>;
  /** The name that conversations call a person by. Never throws. */
  nameOf(team: string, user: string): Promise<string>;
  /** The conversations in direct messages that answer what a person asked there in private. */
  privateOf(conversation: ConversationId, user: string): Promise<ConversationId[]>;
  readPlaceOf: ReadPlaceOf;
}

export type CallOf = (origin: CommandOrigin, user: string) => Promise<CommandCall>;

export function createCallOf(options: CommandCallsOptions): CallOf {
  const { isAdmin, callerOf, nameOf, privateOf, readPlaceOf } = options;
  return async (origin, user) => {
    const { team, conversation, at } = origin;
    const [name, admin, { access, namedRoles }, conversations] = await Promise.all([
      nameOf(team, user),
      isAdmin(team, user),
      callerOf(conversation, user),
      privateOf(conversation, user),
    ]);
    return {
      tenant: tenantOf(team),
      conversation,
      author: { id: user, name },
      isAdmin: admin,
      isModerator: admin,
      access,
      namedRoles,
      place: commandPlaceOf(conversation, at, { person: user, conversations }),
      readPlace: readPlaceOf(origin, user),
    };
  };
}

/** A control that a person used: in a modal, on App Home or in a message. */
export interface UsedControl {
  body: BlockAction;
  team: string;
  client: WebClient;
  respond: RespondFn;
}

export function callerOf({ body, team, client, respond }: UsedControl): CommandCaller {
  const { user, view, trigger_id: trigger, channel } = body;
  const isModal = view?.type === 'modal';
  const carried = isModal ? readCarried(view.private_metadata) : undefined;
  const { id: _, ...from } = carried ?? { id: '', ...homeOrigin(team, user.id) };
  const origin = !view && channel ? { ...from, channel: channel.id } : from;
  return {
    client,
    user: user.id,
    origin,
    trigger,
    ...(isModal && { view: { id: view.id, title: view.title.text } }),
    ...(view && !isModal && { onlyModals: true }),
    whisper: view ? (message) => whisper(client, origin, user.id, message) : byResponse(respond),
  };
}
