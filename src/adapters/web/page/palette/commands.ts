/** Actions of the controls that are on the page just now. The palette offers them too. */
import { useEffect, useRef } from 'preact/hooks';

export type CommandId = 'share' | 'markdown' | 'json' | 'print' | 'model' | 'shortcuts';

const commands = new Map<CommandId, () => void>();

/** @param act undefined: the control is not there, or has nothing to act on */
export function useCommand(id: CommandId, act: (() => void) | undefined): void {
  const latest = useRef(act);
  latest.current = act;
  const isThere = act !== undefined;
  useEffect(() => {
    if (!isThere) return;
    commands.set(id, () => latest.current?.());
    return () => void commands.delete(id);
  }, [id, isThere]);
}

export function commandOf(id: CommandId): (() => void) | undefined {
  return commands.get(id);
}
