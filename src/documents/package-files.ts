/** The files within a zip package, each unpacked when it is asked for, within limits. */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { Unread } from './document-text.ts';

/** Most bytes that are unpacked of one package. */
const MOST_UNPACKED = 128 * 2 ** 20;
/** Most files that a package may list. */
const MOST_LISTED = 20_000;

export interface PackageFiles {
  /** In the order of the package. Sizes are those that the package tells. */
  list: { name: string; size: number }[];
  has(name: string): boolean;
  /** The bytes of a file; undefined if there is none of that name. @throws Unread */
  read(name: string): Uint8Array | undefined;
}

/** @throws Unread `broken` for bytes that are no zip, `large` for one that lists too much */
export function openPackage(bytes: Uint8Array): PackageFiles {
  const found = new Map<string, UnzipFileInfo>();
  let listed = 0;
  unzip(bytes, (file) => {
    if (++listed > MOST_LISTED) throw new Unread('large');
    found.set(file.name, file);
    return false;
  });
  // A damaged list gives names that no file has.
  const isDamaged = [...found.keys()].some((name) => /\p{Cc}/u.test(name));
  if (found.size === 0 || isDamaged) throw new Unread('broken');
  let unpacked = 0;
  return {
    list: [...found.values()].map(({ name, originalSize }) => ({ name, size: originalSize })),
    has: (name) => found.has(name),
    read(name) {
      const file = found.get(name);
      if (!file) return undefined;
      unpacked += file.originalSize;
      if (unpacked > MOST_UNPACKED) throw new Unread('large');
      let isTaken = false;
      // fflate unpacks into a buffer of the size that the package tells, never into a larger one.
      const read = unzip(bytes, (one) => {
        if (isTaken || one.name !== name || one.originalSize !== file.originalSize) return false;
        isTaken = true;
        return true;
      });
      return read[name];
    },
  };
}

function unzip(bytes: Uint8Array, filter: (file: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    throw error instanceof Unread ? error : new Unread('broken');
  }
}
