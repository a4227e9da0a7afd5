/** Commands that belong together, with the handlers of their forms and panels. */
import type { Command, CommandCall, CommandReply } from './command.ts';

/** Values of a form by field id: one for a text or a choice, any number for channels and roles. */
export type FormValues = Record<string, string[]>;

export interface FormHandler {
  /** A form's id is this id alone, or this id, a colon and more. */
  id: string;
  permission: Command['permission'];
  /** @param rest the form's id after the colon; '' without one */
  submit(call: CommandCall, values: FormValues, rest: string): Promise<CommandReply>;
}

export interface PanelHandler {
  id: string;
  permission: Command['permission'];
  pick(call: CommandCall, choice: string): Promise<CommandReply>;
}

/** Its functions may throw: `createCommands` turns every error into a sentence. */
export interface CommandGroup {
  commands: Command[];
  forms?: FormHandler[];
  panels?: PanelHandler[];
}

export const say = (text: string): CommandReply => ({ type: 'text', text });
