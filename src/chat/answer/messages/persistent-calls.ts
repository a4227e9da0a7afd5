/** Calls outside a showing, which find, correct or delete messages of an answer. They are tried again for a while. */
import type { Button, Obstacle, Part, Surface } from '../surface.ts';
import { ShowError } from '../surface.ts';

/** Waits between attempts, ms. */
const WAITS_MS = [500, 2_000, 5_000];
/** Obstacles that may pass, so the call is tried again. */
const PASSING: ReadonlySet<Obstacle> = new Set<Obstacle>(['again', 'limited']);

/**
 * Makes a call, and tries it again after a while if the obstacle may pass.
 * @throws ShowError
 */
async function persistently(call: () => Promise<void>): Promise<void> {
  for (const wait of [...WAITS_MS, undefined]) {
    try {
      return await call();
    } catch (error) {
      const isPassing = error instanceof ShowError && PASSING.has(error.kind);
      if (wait === undefined || !isPassing) throw error;
      const ms = error.retryAfterMs ?? wait;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
}

/** Waits between attempts to find a lost message, ms. Nothing of the answer is shown meanwhile. */
const FIND_WAITS_MS = [500, 1_500];

/**
 * Finds a message that an interrupted attempt may have posted.
 * @throws ShowError
 */
export async function findLost(surface: Surface): Promise<string | undefined> {
  for (const wait of [...FIND_WAITS_MS, undefined]) {
    try {
      return await surface.findLost?.();
    } catch (error) {
      const isPassing = error instanceof ShowError && error.kind === 'again';
      if (wait === undefined || !isPassing) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return undefined;
}

/**
 * Deletes messages as far as possible; returns false if one of them stays.
 * Throws any error that is no `ShowError`.
 */
export async function removeAll(surface: Surface, ids: string[]): Promise<boolean> {
  let isDone = true;
  for (const id of ids) {
    try {
      await persistently(() => surface.remove(id));
    } catch (error) {
      if (!(error instanceof ShowError)) throw error;
      isDone &&= error.kind === 'gone';
    }
  }
  return isDone;
}

/**
 * Marks the rest of an answer as ended. Returns false if the platform refuses now but may accept later.
 * @param note why, where there is room for it
 */
export async function endWhatIsLeft(
  surface: Surface,
  { id, text }: { id: string; text: string },
  {
    note,
    limit,
    buttons,
  }: { note: Pick<Part, 'text' | 'notice'> | undefined; limit: number; buttons: Button[] },
): Promise<boolean> {
  const told = note?.text ? `${text}\n\n${note.text}` : text;
  const part: Part = { ...note, text: told.length <= limit ? told : text, buttons };
  try {
    await persistently(() => surface.edit(id, part));
    return true;
  } catch (error) {
    if (!(error instanceof ShowError)) throw error;
    return !PASSING.has(error.kind);
  }
}
