/** All commands of the operator that work on a running Parley. */
import { StoreError } from '../../core/errors.ts';
import { en } from '../../core/sentences/en.ts';
import { allowCommand, blockCommand, listCommand } from './access.ts';
import { forgetCommand } from './forget.ts';
import { type OperatorCommand, OperatorError, type OperatorServices } from './operator-command.ts';
import { usageCommand } from './usage.ts';

export const OPERATOR_COMMANDS: OperatorCommand[] = [
  allowCommand,
  blockCommand,
  listCommand,
  usageCommand,
  forgetCommand,
];

export type OperatorReply = { text: string } | { problem: string };

/** Runs the typed command. Every problem with it becomes a sentence. */
export async function runOperatorCommand(
  services: OperatorServices,
  [name = '', ...args]: string[],
): Promise<OperatorReply> {
  const command = OPERATOR_COMMANDS.find((one) => one.name === name);
  if (!command) return { problem: en.operating.unknownToRunning(name) };
  try {
    const text = await command.run(services, args);
    if (command.audited) services.audit(command.audited, { person: 'operator', what: args.join(':') });
    return { text };
  } catch (error) {
    if (error instanceof OperatorError) return { problem: `${error.message}\n${usageOf(command)}` };
    if (error instanceof StoreError) return { problem: error.message };
    throw error;
  }
}

function usageOf({ name, usage }: OperatorCommand): string {
  return en.operating.usage([name, usage].filter(Boolean).join(' '));
}
