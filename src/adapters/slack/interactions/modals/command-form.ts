/** A command as a form for App Home. Its options are the fields. */
import type { Command, CommandCall, Commands, Form } from '../../../../core/commands/command.ts';
import { en } from '../../sentences/en.ts';

const PREFIX = 'run:';
const MOST_SUGGESTED = 5;
/** Time for suggestions, ms. A trigger lives for 3 s. */
const SUGGEST_MS = 1_000;

export async function formOfCommand(
  { name, options }: Command,
  call: CommandCall,
  { suggest }: Pick<Commands, 'suggest'>,
): Promise<Form> {
  const fields = options.map(async (option) => {
    const late = AbortSignal.timeout(SUGGEST_MS);
    const nothing = new Promise<string[]>((resolve) => {
      late.addEventListener('abort', () => resolve([]), { once: true });
    });
    const suggested = option.suggest
      ? await Promise.race([suggest(name, option.name, call, ''), nothing])
      : [];
    return {
      id: option.name,
      type: 'text' as const,
      label: capital(option.name),
      hint: en.modals.hint(option.description.replaceAll('`', ''), suggested.slice(0, MOST_SUGGESTED)),
      value: '',
      required: true,
      lines: 'one' as const,
      longest: option.longest ?? Number.POSITIVE_INFINITY,
    };
  });
  return { id: PREFIX + name, title: capital(name), fields: await Promise.all(fields) };
}

/** The name of the command that a form was made of. Undefined for other forms. */
export function commandOfForm(id: string): string | undefined {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
