/**
 * Finds what deleted text may leave in an SQLite file. `secure_delete` overwrites a row where it is deleted. But when
 * SQLite moves rows between pages, their old bytes stay in the free space of the page they came from, and outlive the
 * row. The pages that changed since the last checkpoint stand in the write-ahead log, where this looks at them.
 * Formats: sqlite.org/fileformat2.html, 1.6 (pages), 4.1 (log).
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** A page of rows with bytes in its free space. */
export interface DirtyPage {
  /** One of its rows, the smallest. */
  rowid: number;
  /** When that row grows by so many bytes, and shrinks again, all of the page's free space is overwritten. */
  growth: number;
}

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAMES_AT_ONCE = 256;
/** "A leaf table b-tree page": the type of the pages that hold rows. */
const ROWS = 0x0d;
const PAGE_HEADER_BYTES = 8;
/** Where a page's unused middle begins, old bytes are cell pointers, or the header and key of a row: no text. */
const NO_TEXT_BYTES = 32;
/** A longer row goes on on overflow pages, by this many bytes less than a page has. */
const MOST_LOCAL_LESS = 35;
/** Headers that get longer with the row. */
const HEADER_GROWTH_BYTES = 4;
/** Rewriting a larger row, which is a file, costs more than the page is worth. */
const MOST_ROW_BYTES = 2 ** 20;

/**
 * The dirty pages of a log, as their newest frames are. Nobody may write to the log until this returns; between two
 * steps, the event loop can get its turn.
 */
export function* dirtyPages(logPath: string): Generator<void, DirtyPage[]> {
  const pages = new Map<number, DirtyPage | undefined>();
  const file = openSync(logPath, 'r');
  try {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    if (readSync(file, header, 0, LOG_HEADER_BYTES, 0) < LOG_HEADER_BYTES) return [];
    const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
    const frames = Buffer.alloc(frameBytes * FRAMES_AT_ONCE);
    for (let position = LOG_HEADER_BYTES; ; position += frames.length) {
      const read = readSync(file, frames, 0, frames.length, position);
      for (let at = 0; at + frameBytes <= read; at += frameBytes) {
        // Frames with another salt are older than the log's beginning.
        if (header.compare(frames, at + 8, at + 16, 16, 24) !== 0) return found(pages);
        pages.set(
          frames.readUInt32BE(at),
          dirtyPage(frames.subarray(at + FRAME_HEADER_BYTES, at + frameBytes)),
        );
      }
      if (read < frames.length) return found(pages);
      yield;
    }
  } finally {
    closeSync(file);
  }
}

function found(pages: Map<number, DirtyPage | undefined>): DirtyPage[] {
  return [...pages.values()].filter((page) => page !== undefined);
}

function dirtyPage(page: Buffer): DirtyPage | undefined {
  if (page[0] !== ROWS) return undefined;
  const cells = page.readUInt16BE(3);
  const from = PAGE_HEADER_BYTES + 2 * cells;
  const to = page.readUInt16BE(5) || 65_536;
  if (page.subarray(from + NO_TEXT_BYTES, to).every((byte) => byte === 0)) return undefined;
  const rows = Array.from({ length: cells }, (_, i) =>
    rowAt(page, page.readUInt16BE(PAGE_HEADER_BYTES + 2 * i)),
  );
  const smallest = rows.reduce<Row | undefined>((a, b) => (a && a.bytes <= b.bytes ? a : b), undefined);
  if (!smallest || smallest.bytes > MOST_ROW_BYTES) return undefined;
  const growth = growthOf(smallest.bytes, to - from + freeBlocks(page), page.length);
  return { rowid: smallest.rowid, growth: Math.max(1, growth) };
}

/** How much longer a row has to be to fill its page. */
function growthOf(bytes: number, free: number, pageBytes: number): number {
  const mostLocal = pageBytes - MOST_LOCAL_LESS;
  if (bytes <= mostLocal) return Math.min(bytes + free - HEADER_GROWTH_BYTES, mostLocal) - bytes;
  const leastLocal = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const overflow = pageBytes - 4;
  const end = leastLocal + ((bytes - leastLocal) % overflow);
  const local = end <= mostLocal ? end : leastLocal;
  const wanted = Math.min(local + free - HEADER_GROWTH_BYTES, mostLocal);
  return (wanted - end + overflow) % overflow;
}

/** Bytes between the rows of a page. */
function freeBlocks(page: Buffer): number {
  let bytes = page[7] ?? 0;
  for (let at = page.readUInt16BE(1); at > 0 && at + 4 <= page.length; at = page.readUInt16BE(at)) {
    bytes += page.readUInt16BE(at + 2);
  }
  return bytes;
}

interface Row {
  rowid: number;
  bytes: number;
}

function rowAt(page: Buffer, at: number): Row {
  const bytes = varint(page, at);
  return { bytes: bytes.value, rowid: varint(page, bytes.end).value };
}

/** Of up to nine bytes, of which the first eight carry seven bits each. */
function varint(page: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = page[at + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  return { value: value * 256 + (page[at + 8] ?? 0), end: at + 9 };
}
