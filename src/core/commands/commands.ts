/** All commands. Permissions are checked here for every caller, and every failure becomes a sentence. */

import type { Logger } from 'pino';
import { StoreError, VaultError } from '../errors.ts';
import { whereFrom } from '../reports/where-from.ts';
import { createSaving } from '../saving.ts';
import { en } from '../sentences/en.ts';
import { failureNotice } from '../sentences/failure-notice.ts';
import { readerByRights } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type AboutOptions, aboutCommand } from './about.ts';
import { askCommand } from './ask.ts';
import type { Command, CommandCall, CommandReply, Commands } from './command.ts';
import { type ExportOptions, exportCommand } from './export.ts';
import { type ForgetOptions, forgetCommand } from './forget.ts';
import { say } from './group.ts';
import { type HelpOptions, helpCommand } from './help.ts';
import { type KeyOptions, keyCommands } from './key.ts';
import { type LimitsOptions, limitsCommand } from './limits.ts';
import { type ModelOptions, modelCommand } from './model.ts';
import { type NewOptions, newCommand } from './new.ts';
import { type PersonaOptions, personaCommand } from './persona.ts';
import { type SettingsOptions, settingsCommand } from './settings.ts';
import { type StopOptions, stopCommand } from './stop.ts';
import { type SummarizeOptions, summarizeCommand } from './summarize.ts';
import { type ToolsCommandOptions, toolsCommand } from './tools.ts';
import { type UsageOptions, usageCommand } from './usage.ts';
import { valuesProblem } from './values.ts';

type GroupOptions = KeyOptions &
  ModelOptions &
  PersonaOptions &
  SettingsOptions &
  LimitsOptions &
  ToolsCommandOptions &
  NewOptions &
  StopOptions &
  ForgetOptions &
  ExportOptions &
  UsageOptions &
  SummarizeOptions &
  AboutOptions &
  HelpOptions;

export interface CommandsOptions extends Omit<GroupOptions, 'saving'> {
  log: Logger;
}

export function createCommands(given: CommandsOptions): Commands {
  const options = { ...given, saving: createSaving(given.settings, given.models, given.words) };
  const groups = [
    askCommand(),
    summarizeCommand(options),
    newCommand(options),
    stopCommand(options),
    keyCommands(options),
    modelCommand(options),
    personaCommand(options),
    settingsCommand(options),
    limitsCommand(options),
    toolsCommand(options),
    forgetCommand(options),
    exportCommand(options),
    usageCommand(options),
    aboutCommand(options),
  ];
  const others = groups.flatMap(({ commands }) => commands);
  const list = [...others, helpCommand(others, options)];
  const byName = new Map(list.map((command) => [command.name, command]));
  const forms = new Map(groups.flatMap((group) => group.forms ?? []).map((form) => [form.id, form]));
  const panels = new Map(groups.flatMap((group) => group.panels ?? []).map((panel) => [panel.id, panel]));

  const guarded = createGuard(options);

  return {
    list,
    async run(name, call, values) {
      const command = byName.get(name);
      if (!command) return say(en.notices.noCommand(options.words));
      return guarded(name, command.permission, call, async () => {
        const problem = valuesProblem(command, values);
        return problem === undefined ? command.run(call, values) : say(problem);
      });
    },
    async submit(id, call, values) {
      const [name = '', ...rest] = id.split(':');
      const form = forms.get(name);
      if (!form) return say(en.notices.oldForm);
      return guarded(name, form.permission, call, () => form.submit(call, values, rest.join(':')));
    },
    async pick(id, call, choice) {
      const panel = panels.get(id);
      if (!panel) return say(en.notices.oldForm);
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
          'suggestions failed',
        );
        return [];
      }
    },
  };
}

/** Runs a task if the caller may, and turns a failure into a sentence. */
type Guard = (
  what: string,
  permission: Command['permission'],
  call: CommandCall,
  task: () => Promise<CommandReply>,
) => Promise<CommandReply>;

function createGuard({ audit, words, log }: Pick<CommandsOptions, 'audit' | 'words' | 'log'>): Guard {
  return async (what, permission, call, task) => {
    const { tenant, author } = call;
    const refused = refusalOf(permission, call, words);
    if (refused) {
      const { reason } = refused;
      audit('refused', { tenant, person: author.id, what: what.replace(' ', '-'), reason });
      return say(refused.notice);
    }
    try {
      return await task();
    } catch (error) {
      log.error({ command: what, tenant, error: whereFrom(error) }, 'command failed');
      if (error instanceof StoreError) return say(en.notices.storeAway);
      if (!(error instanceof VaultError)) return say(en.notices.mistake);
      return say(failureNotice({ kind: 'vault' }, undefined, { reader: readerByRights(call), words }));
    }
  };
}

function refusalOf(permission: Command['permission'], { isAdmin, access }: CommandCall, words: Vocabulary) {
  if (permission === 'admin' && !isAdmin) return { reason: 'admin', notice: en.notices.adminsOnly };
  if (permission === 'asker' && access !== 'yes')
    return { reason: access, notice: en.notices.notAnswered(access, words, isAdmin) };
  return undefined;
}
