/** The list of the files in a tar archive, also within gzip (POSIX pax, "ustar Interchange Format"; RFC 1952). */
import { createGunzip } from 'node:zlib';
import { type DocumentText, Unread } from '../document-text.ts';
import { listArchive } from './archive.ts';

/** Bytes of a header, and of the blocks that a file is filled up to. */
const BLOCK = 512;
/** Most bytes that are unpacked of one archive. None of them is kept. */
const MOST_UNPACKED = 2 ** 29;
/** Most files that an archive may list. */
const MOST_LISTED = 20_000;
/** Most bytes of a name or a list of properties. */
const MOST_NAME = 65_536;

/** A property of the next file: its name. Its length stands before it. */
const PATH = /^\d{1,6} path=(.*)$/;

interface Listed {
  name: string;
  size: number;
}

export function listTar(bytes: Uint8Array, text: DocumentText): void {
  const list = createTarList();
  list.add(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  listArchive(list.files, text);
}

/** @throws Unread */
export async function listGzip(bytes: Uint8Array, text: DocumentText): Promise<void> {
  const list = createTarList();
  let unpacked = 0;
  const unzip = createGunzip();
  unzip.end(bytes);
  try {
    for await (const part of unzip) {
      unpacked += part.length;
      list.add(part);
      if (unpacked > MOST_UNPACKED) break;
    }
  } catch {
    // An archive that is cut off lists the files before the cut.
    if (list.files.length === 0) throw new Unread('broken');
  }
  const isWhole = unpacked <= MOST_UNPACKED;
  if (list.isTar()) listArchive(list.files, text);
  else listArchive([{ name: nameIn(bytes) || 'unnamed', size: unpacked }], text);
  if (!isWhole) text.block('[the archive goes on; the rest was not read]');
}

/** Takes a tar archive piece by piece, and keeps what its headers tell. */
function createTarList() {
  const files: Listed[] = [];
  let header = Buffer.alloc(0);
  /** Bytes to skip up to the next header. */
  let skip = 0;
  /** Bytes to keep, of a long name or properties. */
  let wanted = 0;
  let kept: Buffer[] = [];
  let kind = '';
  /** The name that an entry before the file gives. */
  let longName = '';
  let isTar: boolean | undefined;

  function endHeader(): void {
    isTar ??= header.toString('latin1', 257, 262) === 'ustar';
    if (!isTar || header.every((byte) => byte === 0)) return;
    kind = String.fromCharCode(header[156] ?? 0);
    const size = numberIn(header, 124, 12);
    skip = Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'x' || kind === 'L') wanted = Math.min(size, MOST_NAME);
    else if (kind !== 'g' && kind !== 'K') {
      const prefix = textIn(header, 345, 155);
      const name = longName || (prefix && header[263] === 0x30 ? `${prefix}/` : '') + textIn(header, 0, 100);
      const isFolder = kind === '5' && !name.endsWith('/');
      if (files.length < MOST_LISTED) files.push({ name: isFolder ? `${name}/` : name, size });
      longName = '';
    }
  }

  function endKept(): void {
    const said = Buffer.concat(kept);
    kept = [];
    if (kind === 'L') longName = beforeNul(said.toString('utf8'));
    else for (const line of said.toString('utf8').split('\n')) longName = PATH.exec(line)?.[1] ?? longName;
  }

  return {
    files,
    isTar: () => isTar === true,
    add(part: Buffer): void {
      let at = 0;
      while (at < part.length && isTar !== false) {
        if (skip > 0) {
          const taken = Math.min(skip, part.length - at);
          if (wanted > 0) {
            const piece = part.subarray(at, at + Math.min(taken, wanted));
            kept.push(piece);
            wanted -= piece.length;
            if (wanted === 0) endKept();
          }
          skip -= taken;
          at += taken;
        } else {
          const piece = part.subarray(at, at + BLOCK - header.length);
          header = Buffer.concat([header, piece]);
          at += piece.length;
          if (header.length < BLOCK) continue;
          endHeader();
          header = Buffer.alloc(0);
        }
      }
    },
  };
}

/** A number in octal digits, or in bytes where the first bit is set (GNU). */
function numberIn(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(field.toString('latin1').trim(), 8) || 0;
  return Number(field.readBigUInt64BE(length - 8) & 0x1f_ffff_ffff_ffffn);
}

const textIn = (header: Buffer, at: number, length: number) =>
  beforeNul(header.toString('utf8', at, at + length));

const beforeNul = (text: string) => text.split('\0', 1)[0] ?? '';

/** The name that gzip keeps (RFC 1952, 2.3): before it comes an extra field, if there is one. */
function nameIn(bytes: Uint8Array): string {
  const [, , , flags = 0] = bytes;
  if ((flags & 0x08) === 0) return '';
  const extra = (flags & 0x04) === 0 ? 0 : 2 + (bytes[10] ?? 0) + (bytes[11] ?? 0) * 256;
  return beforeNul(Buffer.from(bytes.subarray(10 + extra, 310 + extra)).toString('latin1'));
}
