/**
 * Finds old text in an SQLite file. `secure_delete` overwrites a row in the place where it is deleted. But when SQLite
 * moves rows between pages, their old bytes stay in the free space of the page they came from, and outlive the row. The
 * pages that changed since the last checkpoint stand in the write-ahead log, and are looked at there.
 * Formats: sqlite.org/fileformat2.html, 1.6 (pages), 4.1 (log).
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** A page of rows with bytes in its free space. */
export interface DirtyPage {
  /** The smallest of its rows. */
  rowid: number;
  /** Bytes. If that row grows by this many and shrinks again, all of the page's free space is overwritten. */
  growth: number;
}

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAMES_AT_ONCE = 256;
/** "A leaf table b-tree page": the type of the pages that hold rows. */
const ROWS = 0x0d;
const PAGE_HEADER_BYTES = 8;
/** Bytes at the beginning of a page's unused middle that hold no text: old cell pointers, or a row's header and key. */
const NO_TEXT_BYTES = 32;
/** A row that has more bytes than a page less these continues on overflow pages. */
const MOST_LOCAL_LESS = 35;
/** Bytes by which the row's headers may grow with the row. */
const HEADER_GROWTH_BYTES = 4;
/** A larger row is a file. Rewriting it costs more than cleaning the page is worth. */
const MOST_ROW_BYTES = 2 ** 20;

/**
 * The dirty pages of a log, by the newest frame of each page. Nobody may write to the log until this returns. Between two
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
        // A frame with another salt is left from before the log began anew.
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

/** The number of bytes by which a row has to grow to fill its page. */
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

/** Free bytes between the rows of a page. */
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

/** Reads a varint of up to nine bytes. The first eight carry seven bits each. */
function varint(page: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = page[at + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  return { value: value * 256 + (page[at + 8] ?? 0), end: at + 9 };
}
