/** The list of workspaces and organisations that Parley is installed in. Sealed installations cannot be listed. */
import type { AdapterState } from '../../../core/platform.ts';
import { createRecent } from '../../../core/recent.ts';

export interface InstalledPlace {
  /** The id of a workspace, or of an organisation. */
  id: string;
  isOrg: boolean;
}

/** All throw StoreError. */
export interface InstalledPlaces {
  add(place: InstalledPlace): Promise<void>;
  remove(id: string): Promise<void>;
  list(): Promise<InstalledPlace[]>;
}

const MOST_REMEMBERED = 10_000;
const NOTE = 'installed|';

export function createInstalledPlaces(adapterState: AdapterState): InstalledPlaces {
  /** Ids that this process has put into the list. */
  const added = createRecent<string, true>(MOST_REMEMBERED);
  return {
    async add({ id, isOrg }) {
      if (added.has(id)) return;
      await adapterState.write(NOTE + id, isOrg);
      added.set(id, true);
    },
    async remove(id) {
      added.delete(id);
      await adapterState.remove(NOTE + id);
    },
    async list() {
      const ids = (await adapterState.keys(NOTE)).map((key) => key.slice(NOTE.length));
      return Promise.all(
        ids.map(async (id) => ({ id, isOrg: (await adapterState.read<boolean>(NOTE + id)) === true })),
      );
    },
  };
}
