/** Notices that are said once in a while at one place, counted over all processes. */
import type { AdapterState } from '../core/platform.ts';

export interface RareNotices {
  /** Whether this was not said there within the last hour; it counts as said from now on. */
  isDue(what: string, where: string): Promise<boolean>;
}

const AGAIN_MS = 3_600_000;

export function createRareNotices(adapterState: AdapterState): RareNotices {
  return {
    async isDue(what, where) {
      const key = `said|${what}|${where}`;
      if ((await adapterState.read(key)) !== undefined) return false;
      await adapterState.write(key, 1, AGAIN_MS);
      return true;
    },
  };
}
