/**
 * An attached file as rows: a head with its name and type, and its bytes as base64. What is larger than a piece has its
 * bytes in rows of their own, since SQLite overwrites all of a row at once when the row goes.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { KeptFile } from '../../core/storage.ts';
import type { Attachment } from '../../core/types.ts';
import { fileKey, pieceKey } from '../keys.ts';
import type { ExclusiveRows, Rows, Store } from '../store.ts';

export interface FileHead {
  attachment: Attachment;
  /** All of its bytes; absent where they are in pieces. Parley 0.1.0 kept files of any size so. */
  base64?: string;
  /** How many there are. */
  pieces?: number;
  /** Where it counts in the quotas; absent where it counts nowhere yet. */
  kept?: string;
}

/** Bytes of a file in one row: a multiple of three, so that base64 needs no padding between them. */
export const PIECE_BYTES = 3 * 2 ** 17;
/** Pieces removed in one statement. */
const PIECES_AT_ONCE = 2;

/** Which files keys of heads and pieces are of. */
export function filesIn(keys: string[]): KeptFile[] {
  const files = keys
    .map((key) => key.split('|'))
    .map(([, conversation = '', id = '']) => ({ conversation, id }));
  return [...new Map(files.map((file) => [fileKey(file.conversation, file.id), file])).values()];
}

/** Writes a file that goes by itself. The head comes last: without it, the rest is not found. */
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

/** Has a piece of a file stay that would go by itself. */
export async function keepPiece(rows: ExclusiveRows, file: string, piece: number): Promise<void> {
  const key = pieceKey(file, piece);
  const value = await rows.read<string>(key);
  if (value !== undefined) await rows.write([{ key, value }]);
}

/** Undefined where it is not there, or only in part. */
export async function bytesOf(rows: Rows, key: string, head: FileHead): Promise<Buffer | undefined> {
  const { base64, pieces = 0 } = head;
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  const found: Buffer[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const value = await rows.read<string>(pieceKey(key, piece));
    if (value === undefined) return undefined;
    found.push(Buffer.from(value, 'base64'));
    await turnOfTheLoop();
  }
  return Buffer.concat(found);
}

/** The keys of a file's pieces, also where its head is gone; few enough to be removed at once. */
export async function piecesOf(store: Pick<Store, 'keys'>, file: string): Promise<string[][]> {
  const keys = await store.keys(pieceKey(file, ''));
  return Array.from({ length: Math.ceil(keys.length / PIECES_AT_ONCE) }, (_, i) =>
    keys.slice(i * PIECES_AT_ONCE, (i + 1) * PIECES_AT_ONCE),
  );
}
