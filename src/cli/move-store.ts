/**
 * `npm start -- move`: copies everything from the store of STORE_URL to the empty store of MOVE_TO, such as to
 * Postgres.
 */
import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import { ConfigError } from '../config-fields.ts';
import { StoreError } from '../core/errors.ts';
import { en } from '../core/sentences/en.ts';
import { FILES, MOVING } from '../store/keys.ts';
import { livingProcesses } from '../store/leases/heartbeats.ts';
import { folderOf, openStore } from '../store/open.ts';
import { sqlitePath } from '../store/sqlite/open-sqlite.ts';
import type { Store } from '../store/store.ts';
import { isOnServer, withoutPassword } from '../store/url.ts';

const { moving } = en.operating;

/** Rows copied at once. Files, which can have megabytes, are copied one by one. */
const BATCH = 100;

/**
 * Prints the number of rows. Returns 0 if the target has all of them. If it was interrupted, the next call begins
 * anew.
 * @throws ConfigError; StoreError, such as while Parley runs
 */
export async function moveStore(
  { STORE_URL, MOVE_TO }: Config,
  argument: string | undefined,
): Promise<number> {
  const targetUrl = targetOf(MOVE_TO, argument);
  if (placeOf(targetUrl) === placeOf(STORE_URL))
    throw new ConfigError(['MOVE_TO is the store of STORE_URL itself. Name another one.']);
  await using source = await opened(STORE_URL);
  const [from, to] = [withoutPassword(STORE_URL), withoutPassword(targetUrl)];
  const living = await livingProcesses(source.store);
  if (living > 0) return refused(moving.running(living, from));
  await using target = await openedTarget(targetUrl);
  const there = await target.store.keys('');
  if (there.length > 0 && !there.includes(MOVING)) {
    return refused(moving.notEmpty(there.length, to));
  }
  console.log(moving.begun(from, to));
  await copy(source.store, target.store, there);
  const arrived = new Set(await target.store.keys(''));
  // Listed afterwards: rows that have expired meanwhile are missing in the target.
  const missing = (await source.store.keys('')).filter((key) => !arrived.has(key));
  if (missing.length > 0) return refused(moving.incomplete(missing.length, to));
  await target.store.remove([MOVING]);
  console.log(moving.done(arrived.size - 1, to));
  if (!isOnServer(STORE_URL)) sayWhatLiesBeside(STORE_URL, targetUrl);
  return 0;
}

/** The master keys and the access token lie beside a file store, and are not moved. */
function sayWhatLiesBeside(from: string, to: string): void {
  if (isOnServer(to)) console.log(moving.setKeys);
  else if (resolve(folderOf(from)) !== resolve(folderOf(to))) console.log(moving.copyKeys);
}

/** The target: MOVE_TO, or an address without a password on the command line. @throws ConfigError */
function targetOf(moveTo: string | undefined, argument: string | undefined): string {
  if (argument !== undefined && holdsPassword(argument)) {
    throw new ConfigError([
      'A password on the command line can be read by everybody on this machine. Set MOVE_TO (or MOVE_TO_FILE) to that address, such as in .env, and run `npm start -- move` alone.',
    ]);
  }
  if (argument !== undefined && moveTo !== undefined) {
    throw new ConfigError(['MOVE_TO is set, and another address was given. Leave one of them out.']);
  }
  const target = argument ?? moveTo;
  if (target !== undefined && (isOnServer(target) || target.startsWith('sqlite://'))) return target;
  throw new ConfigError([
    'Say where to: set MOVE_TO to postgres://user:password@host:5432/database or sqlite://path/to/file.sqlite, such as in .env.',
  ]);
}

/** Whether an address holds a password, even if it cannot be parsed, such as with a `#` in the password. */
function holdsPassword(url: string): boolean {
  const user = url.slice(url.indexOf('//') + 2, Math.max(0, url.lastIndexOf('@')));
  return user.includes(':') || /password=/i.test(url);
}

/** @param left rows that an earlier attempt has left in the target */
async function copy(source: Store, target: Store, left: string[]): Promise<void> {
  await target.write([{ key: MOVING, value: 1 }]);
  const old = left.filter((key) => key !== MOVING);
  for (const keys of batches(old, BATCH)) await target.remove(keys);
  const keys = await source.keys('');
  const isFile = (key: string) => key.startsWith(FILES);
  const others = batches(
    keys.filter((key) => !isFile(key)),
    BATCH,
  );
  for (const batch of [...others, ...batches(keys.filter(isFile), 1)]) {
    await target.write(await source.entries(batch));
  }
}

function batches(keys: string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, i) =>
    keys.slice(i * size, (i + 1) * size),
  );
}

async function opened(url: string): Promise<AsyncDisposable & { store: Store }> {
  const store = await openStore(url);
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

/** Its failures name the setting from which the target came. */
async function openedTarget(url: string): Promise<AsyncDisposable & { store: Store }> {
  try {
    return await opened(url);
  } catch (error) {
    if (error instanceof StoreError) error.message = error.message.replaceAll('STORE_URL', 'MOVE_TO');
    throw error;
  }
}

/** Equal for two addresses of one store, as far as addresses tell. */
function placeOf(url: string): string {
  return isOnServer(url) ? withoutPassword(url) : resolve(sqlitePath(url));
}

function refused(says: string): 1 {
  console.error(says);
  return 1;
}
