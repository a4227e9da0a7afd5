/**
 * The way to a Parley that runs on a SQLite store: HTTP over a Unix domain socket beside the store. The process alone
 * holds the store, so commands of the operator run in it.
 */
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import { Agent, fetch } from 'undici';
import { z } from 'zod';
import { whereFrom } from '../core/where-from.ts';
import type { OperatorReply } from './commands.ts';

/** Bytes of a socket's path, without the zero at its end: `sun_path` is 104 bytes on macOS, 108 on Linux (unix(7)). */
const MOST_PATH_BYTES = 103;
/** Only who may read the store may connect. */
const NOT_FOR_OTHERS = 0o177;
const MOST_BODY_BYTES = 64 * 1024;
/** Deleting everything of a large server takes a while. */
const ANSWER_MS = 10 * 60_000;
const COMMANDS_PATH = '/commands';
/** No process listens: there is no socket, or the process that made it is gone. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED']);

const words = z.array(z.string().max(1_000)).max(20);
const reply = z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })]);

export interface OperatorSocket {
  stop(): Promise<void>;
}

/** @param store the path of the store's file */
export const socketOf = (store: string) => `${store}.socket`;

/**
 * Takes the operator's commands. Only the process that holds the store may listen. Where the file system has no
 * sockets, the log says so and commands must wait until Parley is stopped.
 */
export async function listenToOperator(
  path: string,
  run: (words: string[]) => Promise<OperatorReply>,
  log: Logger,
): Promise<OperatorSocket> {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MOST_BODY_BYTES }));
  app.post(COMMANDS_PATH, async (c) => c.json(await run(words.parse(await c.req.json()))));
  app.onError((error, c) => {
    log.error({ error: whereFrom(error) }, 'command of the operator failed');
    return c.json({ problem: 'Parley made a mistake here. Its log says where.' } satisfies OperatorReply);
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const short = shortPath(path);
  try {
    // A process that was killed left its socket behind.
    rmSync(path, { force: true });
    await listen(server, short.path);
  } catch (error) {
    short.remove();
    log.warn({ error: whereFrom(error) }, 'commands such as `npm start -- list` cannot reach this Parley');
    return { stop: async () => {} };
  }
  return {
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      short.remove();
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within `listen`, with the mask of that moment.
    const before = process.umask(NOT_FOR_OTHERS);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(before);
    }
  });
}

/** Undefined where no Parley listens there. */
export async function askRunning(path: string, typed: string[]): Promise<OperatorReply | undefined> {
  const short = shortPath(path);
  const dispatcher = new Agent({
    connect: { socketPath: short.path },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  });
  try {
    const response = await fetch(`http://parley${COMMANDS_PATH}`, {
      method: 'POST',
      body: JSON.stringify(typed),
      headers: { 'content-type': 'application/json' },
      dispatcher,
    });
    return reply.parse(await response.json());
  } catch (error) {
    if (NOBODY.has(codeOf(error))) return undefined;
    throw error;
  } finally {
    await dispatcher.close();
    short.remove();
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** A socket's path, by a link from a folder of our own where it is too long. */
function shortPath(path: string): { path: string; remove(): void } {
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) return { path, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'parley-'));
  symlinkSync(realpathSync(dirname(path)), join(folder, 'store'));
  return {
    path: join(folder, 'store', basename(path)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
