/** The predefined CMaps, which tell the characters of Chinese, Japanese and Korean fonts (ISO 32000-2, 9.7.5.2). */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

const ARCHIVE = new URL('../cmaps/cmaps.zip', import.meta.url);

let archive: Uint8Array | undefined;

/** The packed CMap of a file's name. @throws Error where there is none */
function readCmap(filename: string): Uint8Array {
  archive ??= readFileSync(ARCHIVE);
  const { [filename]: bytes } = unzipSync(archive, { filter: ({ name }) => name === filename });
  if (!bytes) throw new Error('no such CMap');
  return bytes;
}

/**
 * The `BinaryDataFactory` of pdf.js, which makes it with `new`. Fonts and programs, which the texts do not need, are
 * refused.
 */
export function CmapFiles() {
  return {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      if (kind !== 'cMapUrl') throw new Error('not needed for the text');
      return readCmap(filename);
    },
  };
}
