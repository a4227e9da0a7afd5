/**
 * The connection of the moment to an SQLite file. It is made again if the file was replaced, or if it may keep an old
 * error.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';
import { checkpoint, fileAt, logAt, type OpenedFile, openFile } from './opened-file.ts';

export interface CurrentFile {
  /** The connection of the moment. @throws what SQLite and the system throw, StoreError */
  connected(): DatabaseSync;
  /** A statement failed. @param isSticky as of `isSticky` */
  failed(isSticky?: boolean): void;
  close(): void;
}

/** Time between two connections that are made again, ms. */
const REOPEN_MS = 1_000;

/** @param onReplaced called when statements of the connection before can no longer be used */
export function createCurrentFile(path: string, onReplaced: () => void): CurrentFile {
  let opened: OpenedFile | undefined;
  /** The connection may keep an error whose cause is gone. */
  let isDoubtful = false;
  /** The file was checked in this turn of the event loop, and nothing has failed since. */
  let isSeen = false;
  let isClosed = false;

  /** Makes the connection again. If that fails, reading may still work on the old one. */
  function reopen(old: OpenedFile): void {
    old.at = performance.now();
    try {
      opened = openFile(path);
    } catch {
      return;
    }
    isDoubtful = false;
    onReplaced();
    old.db.close();
  }

  /**
   * Leaves a replaced file. If its log cannot be put into it, the connection stays open as long as closing it would
   * lose changes, or add them to the file that has taken the place.
   */
  function leave(old: OpenedFile, isSameFile: boolean, isSameLog: boolean): void {
    try {
      checkpoint(old);
    } catch (error) {
      if (isSameFile || isSameLog) throw error;
    }
    onReplaced();
    opened = undefined;
    old.db.close();
  }

  function look(old: OpenedFile, file: string): void {
    const log = logAt(path);
    old.log ??= log;
    const isSame = file === old.file && log === old.log;
    if (isSame && isDoubtful && performance.now() - old.at > REOPEN_MS) reopen(old);
    else if (!isSame) leave(old, file === old.file, log === old.log);
  }

  return {
    connected() {
      if (isClosed) throw storeError('it is closed');
      if (opened && isSeen) return opened.db;
      const file = fileAt(path);
      if (opened) look(opened, file);
      opened ??= openFile(path);
      if (!isDoubtful) {
        isSeen = true;
        setImmediate(() => {
          isSeen = false;
        });
      }
      return opened.db;
    },
    failed(isSticky = false) {
      isSeen = false;
      if (isSticky) isDoubtful = true;
    },
    close() {
      isClosed = true;
      opened?.db.close();
    },
  };
}
