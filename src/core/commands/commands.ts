/** All commands. Whoever calls, the permission is checked here; whatever fails, the reply is a sentence. */
import type { Logger } from 'pino';
import {
  ADMINS_ONLY_NOTICE,
  BUG_NOTICE,
  failureNotice,
  NO_COMMAND_NOTICE,
  OLD_FORM_NOTICE,
  STORE_NOTICE,
} from '../notices.ts';
import { StoreError, VaultError } from '../ports.ts';
import { whereFrom } from '../where-from.ts';
import { askCommand } from './ask.ts';
import type { Command, CommandCall, CommandReply, Commands } from './command.ts';
import { type ExportOptions, exportCommand } from './export.ts';
import { type ForgetOptions, forgetCommand } from './forget.ts';
import { say } from './group.ts';
import { helpCommand } from './help.ts';
import { type KeyOptions, keyCommands } from './key.ts';
import { type ModelOptions, modelCommand } from './model.ts';
import { type PersonaOptions, personaCommand } from './persona.ts';
import { type SettingsOptions, settingsCommand } from './settings.ts';
import { valuesProblem } from './values.ts';

export interface CommandsOptions
  extends KeyOptions,
    ModelOptions,
    PersonaOptions,
    SettingsOptions,
    ForgetOptions,
    ExportOptions {
  log: Logger;
}

export function createCommands(options: CommandsOptions): Commands {
  const groups = [
    askCommand(),
    keyCommands(options),
    modelCommand(options),
    personaCommand(options),
    settingsCommand(options),
    forgetCommand(options),
    exportCommand(options),
  ];
  const others = groups.flatMap(({ commands }) => commands);
  const list = [...others, helpCommand(others)];
  const byName = new Map(list.map((command) => [command.name, command]));
  const forms = new Map(groups.flatMap((group) => group.forms ?? []).map((form) => [form.id, form]));
  const panels = new Map(groups.flatMap((group) => group.panels ?? []).map((panel) => [panel.id, panel]));

  async function guarded(
    what: string,
    permission: Command['permission'],
    call: CommandCall,
    task: () => Promise<CommandReply>,
  ): Promise<CommandReply> {
    if (permission === 'admin' && !call.isAdmin) {
      const { tenant, author } = call;
      options.audit('refused', { tenant, person: author.id, what: what.replace(' ', '-'), reason: 'admin' });
      return say(ADMINS_ONLY_NOTICE);
    }
    try {
      return await task();
    } catch (error) {
      options.log.error({ command: what, tenant: call.tenant, error: whereFrom(error) }, 'command failed');
      if (error instanceof StoreError) return say(STORE_NOTICE);
      return say(error instanceof VaultError ? failureNotice({ kind: 'vault' }, undefined) : BUG_NOTICE);
    }
  }

  return {
    list,
    async run(name, call, values) {
      const command = byName.get(name);
      if (!command) return say(NO_COMMAND_NOTICE);
      return guarded(name, command.permission, call, async () => {
        const problem = valuesProblem(command, values);
        return problem === undefined ? command.run(call, values) : say(problem);
      });
    },
    async submit(id, call, values) {
      const [name = '', ...rest] = id.split(':');
      const form = forms.get(name);
      if (!form) return say(OLD_FORM_NOTICE);
      return guarded(name, form.permission, call, () => form.submit(call, values, rest.join(':')));
    },
    async pick(id, call, choice) {
      const panel = panels.get(id);
      if (!panel) return say(OLD_FORM_NOTICE);
      return guarded(id, panel.permission, call, () => panel.pick(call, choice));
    },
    async suggest(name, option, call, typed) {
      const command = byName.get(name);
      if (!command || (command.permission === 'admin' && !call.isAdmin)) return [];
      try {
        return (await command.options.find((one) => one.name === option)?.suggest?.(call, typed)) ?? [];
      } catch (error) {
        options.log.error(
          { command: name, tenant: call.tenant, error: whereFrom(error) },
          'nothing suggested',
        );
        return [];
      }
    },
  };
}
