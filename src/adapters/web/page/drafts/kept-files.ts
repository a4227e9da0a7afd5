/** Picked files during their upload, kept in IndexedDB, so that the upload continues after a reload or a crash. */

interface KeptFile {
  bytes: Blob;
  /** When the file was picked, ms since 1970. */
  at: number;
}

const DATABASE = 'parley';
const FILES = 'files';
/** Lifetime of a kept file, ms; the server keeps an unused upload as long. */
const KEPT_MS = 24 * 3_600_000;

/** Keeps a file. Does nothing where the browser keeps nothing, as in some private windows. */
export async function keepFile(key: string, bytes: Blob): Promise<void> {
  await inFiles('readwrite', (files) => files.put({ bytes, at: Date.now() } satisfies KeptFile, key));
}

export async function keptBytes(key: string): Promise<Blob | undefined> {
  return (await inFiles<KeptFile | undefined>('readonly', (files) => files.get(key)))?.bytes;
}

export async function forgetFile(key: string): Promise<void> {
  await inFiles('readwrite', (files) => files.delete(key));
}

/** Removes files that were not used in time. */
export async function pruneFiles(): Promise<void> {
  const keys = (await inFiles('readonly', (files) => files.getAllKeys())) ?? [];
  for (const key of keys) {
    const file = await inFiles<KeptFile | undefined>('readonly', (files) => files.get(key));
    if (file && Date.now() - file.at > KEPT_MS) await forgetFile(String(key));
  }
}

/** Forgets all kept files. */
export async function forgetFiles(): Promise<void> {
  await inFiles('readwrite', (files) => files.clear());
}

let opening: Promise<IDBDatabase> | undefined;

async function inFiles<T>(
  mode: IDBTransactionMode,
  ask: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    opening ??= open();
    return await settled(ask((await opening).transaction(FILES, mode).objectStore(FILES)));
  } catch {
    opening = undefined;
    return undefined;
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(FILES);
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
