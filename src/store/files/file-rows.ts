/**
 * An attached file as rows: a head with its name, type, and bytes as base64. A file larger than a piece has its bytes in
 * rows of their own, since SQLite overwrites a row as a whole when it is removed, and that takes long for a large one.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ByteRange, KeptFile } from '../../core/storage.ts';
import type { Attachment } from '../../core/types.ts';
import { fileKey, pieceKey } from '../keys.ts';
import type { ExclusiveRows, Rows, Store } from '../store.ts';

export interface FileHead {
  attachment: Attachment;
  /** The file's bytes; absent if they are in pieces. Parley 0.1.0 kept files of any size here. */
  base64?: string;
  /** The number of pieces. */
  pieces?: number;
  /** The key by which the file counts in the quotas (`keptKey`); absent if it does not count yet. */
  kept?: string;
}

/** Bytes of a file in one piece: a multiple of three, so that base64 needs no padding between pieces. */
export const PIECE_BYTES = 3 * 2 ** 17;
/** Pieces removed in one statement. */
const PIECES_AT_ONCE = 2;

/** The ids of the files to which these keys of heads and pieces belong. */
export function filesIn(keys: string[]): KeptFile[] {
  const files = keys
    .map((key) => key.split('|'))
    .map(([, conversation = '', id = '']) => ({ conversation, id }));
  return [...new Map(files.map((file) => [fileKey(file.conversation, file.id), file])).values()];
}

/** Writes a file that expires. The head comes last, since nothing finds the pieces without it. */
export async function writeFile(
  rows: Rows,
  key: string,
  { attachment, bytes, kept, ttl }: { attachment: Attachment; bytes: Uint8Array; kept?: string; ttl: number },
): Promise<void> {
  const { length } = bytes;
  const base64 = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('base64');
  const pieces = length > PIECE_BYTES ? Math.ceil(length / PIECE_BYTES) : 0;
  for (let piece = 0; piece < pieces; piece++) {
    const value = base64(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
    await rows.write([{ key: pieceKey(key, piece), value, ttl }]);
    await turnOfTheLoop();
  }
  const value: FileHead = {
    attachment,
    ...(pieces > 0 ? { pieces } : { base64: base64(0, length) }),
    ...(kept !== undefined && { kept }),
  };
  await rows.write([{ key, value, ttl }, ...(kept === undefined ? [] : [{ key: kept, value: 1, ttl }])]);
}

/** Keeps a piece of a file that would expire. */
export async function keepPiece(rows: ExclusiveRows, file: string, piece: number): Promise<void> {
  const key = pieceKey(file, piece);
  const value = await rows.read<string>(key);
  if (value !== undefined) await rows.write([{ key, value }]);
}

/** The bytes of a file, or a range of them. Undefined: a piece of it is missing. */
export async function bytesOf(
  rows: Rows,
  key: string,
  head: FileHead,
  { from, upTo }: ByteRange = { from: 0, upTo: Number.POSITIVE_INFINITY },
): Promise<Buffer | undefined> {
  const { base64 } = head;
  if (base64 !== undefined) return Buffer.from(base64, 'base64').subarray(from, upTo);
  const first = Math.floor(from / PIECE_BYTES);
  const end = Math.min(head.pieces ?? 0, Math.ceil(upTo / PIECE_BYTES));
  const found: Buffer[] = [];
  for (let piece = first; piece < end; piece++) {
    const value = await rows.read<string>(pieceKey(key, piece));
    if (value === undefined) return undefined;
    found.push(Buffer.from(value, 'base64'));
    await turnOfTheLoop();
  }
  const begin = first * PIECE_BYTES;
  return Buffer.concat(found).subarray(from - begin, upTo - begin);
}

/** The keys of a file's pieces, also if its head is gone, in groups that are removed in one statement each. */
export async function piecesOf(store: Pick<Store, 'keys'>, file: string): Promise<string[][]> {
  const keys = await store.keys(pieceKey(file, ''));
  return Array.from({ length: Math.ceil(keys.length / PIECES_AT_ONCE) }, (_, i) =>
    keys.slice(i * PIECES_AT_ONCE, (i + 1) * PIECES_AT_ONCE),
  );
}
