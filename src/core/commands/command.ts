/** Commands as data: what people can ask Parley itself, the same on every platform. */
import type { Access } from '../access/access.ts';
import type { Place } from '../place.ts';
import type { SavedBy } from '../saving.ts';
import type { ReadPlace } from '../short/read-place.ts';
import { type Author, type ConversationId, readerByRights, type TenantId } from '../types.ts';
import type { Figures } from './figures.ts';

/**
 * The caller of a command, and where they are. The adapter has checked who it is. `isAdmin` is what the platform says
 * at each call.
 */
export interface CommandCall {
  tenant: TenantId;
  conversation: ConversationId;
  author: Author;
  isAdmin: boolean;
  /** Whether the platform lets them delete other people's messages there. */
  isModerator: boolean;
  /** Whether they may ask the model there. Without that right, commands about their own messages still work. */
  access: Access;
  place: Place;
  /** The platform's ids of their roles that limits or tools name; absent: none. */
  namedRoles?: string[];
  /** Reads what was said at the place; absent where that cannot be read. */
  readPlace?: ReadPlace;
}

export const savedBy = (call: CommandCall): SavedBy => ({
  tenant: call.tenant,
  author: call.author.id,
  roles: call.namedRoles ?? [],
  reader: readerByRights(call),
  mayAsk: call.access === 'yes',
});

export interface CommandOption {
  name: string;
  /** Translations by language (BCP 47, such as `de`), where they differ. */
  names?: Record<string, string>;
  description: string;
  descriptions?: Record<string, string>;
  type: 'text' | 'choice' | 'boolean' | 'file';
  required: boolean;
  /** For `choice`. */
  choices?: { value: string; label: string }[];
  /** Characters, for `text`. */
  longest?: number;
  /** Suggestions for the text typed so far, in an option of type `text`; at most 25. Never throws. */
  suggest?(call: CommandCall, typed: string): Promise<string[]>;
}

/** Values of the options, by their names. Adapters take files themselves. */
export type CommandValues = Record<string, string | boolean>;

export interface Command {
  /** One or two words in lower case: of two, the second is a subcommand (`key set`). */
  name: string;
  names?: Record<string, string>;
  description: string;
  descriptions?: Record<string, string>;
  /** `asker`: everybody who may ask the model there. */
  permission: 'anyone' | 'asker' | 'admin';
  options: CommandOption[];
  run(call: CommandCall, values: CommandValues): Promise<CommandReply>;
}

export type FormField = { id: string; label: string; hint?: string } & (
  | {
      type: 'text';
      value: string;
      placeholder?: string;
      required: boolean;
      lines: 'one' | 'many';
      longest: number;
      /** The keys that a phone should offer; absent: letters. */
      keys?: 'url' | 'decimal' | 'numeric';
    }
  /** `short`: what a button for it says; absent: its label. */
  | { type: 'choice'; value: string; choices: { value: string; label: string; short?: string }[] }
  /** `most`: how many may be chosen; absent: as many as the core keeps. */
  | { type: 'channels' | 'roles'; values: string[]; most?: number }
);

/** A form that a platform shows as a dialogue. Its values come back by `Commands.submit` under `id`. */
export interface Form {
  id: string;
  title: string;
  fields: FormField[];
}

export type CommandReply =
  /** `announcement`: what everybody at the place reads about it. */
  | {
      type: 'text';
      text: string;
      files?: { name: string; text: string }[];
      /** Below the text, as a picture and a table where the platform has them. */
      figures?: Figures;
      announcement?: string;
      /** Text and announcement hold a model's Markdown. Only the links in it are Parley's. */
      isWritten?: true;
    }
  | { type: 'form'; form: Form }
  /** A text with things to choose from; the choice comes back by `Commands.pick` under `id`. */
  | { type: 'panel'; id: string; text: string; prompt: string; choices: PanelChoice[] }
  /** A question before something that cannot be undone; its button comes back by `Commands.pick` as `choice`. */
  | { type: 'question'; id: string; text: string; choice: string; label: string }
  /** A question for the model: the adapter makes it a turn. */
  | { type: 'ask'; text: string; isPrivate: boolean };

export interface PanelChoice {
  id: string;
  label: string;
  description: string;
}

/** All commands check the caller's permission themselves and never throw: a failure is a `text` reply. */
export interface Commands {
  list: Command[];
  run(name: string, call: CommandCall, values: CommandValues): Promise<CommandReply>;
  /** @param values by field id: one value for a text or a choice, any number for channels and roles */
  submit(form: string, call: CommandCall, values: Record<string, string[]>): Promise<CommandReply>;
  pick(panel: string, call: CommandCall, choice: string): Promise<CommandReply>;
  suggest(name: string, option: string, call: CommandCall, typed: string): Promise<string[]>;
}
