/** Some commands that belong together, with what their forms and panels do. */
import type { Command, CommandCall, CommandReply } from './command.ts';

/** Values of a form by field id: one for a text or a choice, any number for channels and roles. */
export type FormValues = Record<string, string[]>;

export interface FormHandler {
  /** A form's id is this, or this and more behind a colon. */
  id: string;
  permission: Command['permission'];
  /** @param rest what stands behind the colon; '' where there is none */
  submit(call: CommandCall, values: FormValues, rest: string): Promise<CommandReply>;
}

export interface PanelHandler {
  id: string;
  permission: Command['permission'];
  pick(call: CommandCall, choice: string): Promise<CommandReply>;
}

/** Its functions may throw: `createCommands` turns that into a sentence. */
export interface CommandGroup {
  commands: Command[];
  forms?: FormHandler[];
  panels?: PanelHandler[];
}

export const say = (text: string): CommandReply => ({ type: 'text', text });
