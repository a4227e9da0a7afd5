/**
 * Reaches a Parley that runs on an SQLite store: HTTP over a Unix domain socket. Only that process holds the store,
 * so the operator's commands run in it. A file beside the store names the socket, which is in a folder of its own:
 * programs that copy or read the store's folder find only files.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import { Agent, fetch } from 'undici';
import { z } from 'zod';
import { whereFrom } from '../../core/reports/where-from.ts';
import { en } from '../../core/sentences/en.ts';
import { writeSecret } from '../../store/secrets/write-secret.ts';
import type { OperatorReply } from './commands.ts';

const MOST_BODY_BYTES = 64 * 1024;
/** Longest wait for a command, ms: deleting everything of a large server takes a while. */
const ANSWER_MS = 10 * 60_000;
const COMMANDS_PATH = '/commands';
/** `mkdtemp` makes the folder for its owner only, so nobody else reaches a socket in it. */
const FOLDER = 'parley-operator-';
const SOCKET = 'socket';
/** No process listens: the socket is missing, or the process that made it is gone. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED']);

const words = z.array(z.string().max(1_000)).max(20);
const reply = z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })]);

export interface OperatorSocket {
  stop(): Promise<void>;
}

/** The file that names the socket. @param store the path of the store's file */
export const socketFileOf = (store: string) => `${store}.operator`;

/**
 * Takes the operator's commands. Only the process that holds the store may listen. If no socket can be made, the log
 * says so, and commands have to wait until Parley is stopped.
 */
export async function listenToOperator(
  file: string,
  run: (words: string[]) => Promise<OperatorReply>,
  log: Logger,
): Promise<OperatorSocket> {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MOST_BODY_BYTES }));
  app.post(COMMANDS_PATH, async (c) => c.json(await run(words.parse(await c.req.json()))));
  app.onError((error, c) => {
    log.error({ error: whereFrom(error) }, 'command of the operator failed');
    return c.json({ problem: en.operating.mistake } satisfies OperatorReply);
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  try {
    removeSocketOf(file);
    const path = join(mkdtempSync(join(tmpdir(), FOLDER)), SOCKET);
    await listen(server, path);
    writeSecret(file, path);
  } catch (error) {
    log.warn({ error: whereFrom(error) }, 'commands such as `npm start -- list` cannot reach this Parley');
  }
  return {
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      removeSocketOf(file);
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/** Removes the socket, also one that a killed process has left. */
function removeSocketOf(file: string): void {
  const folder = dirname(socketIn(file) ?? '');
  if (basename(folder).startsWith(FOLDER)) rmSync(folder, { recursive: true, force: true });
  rmSync(file, { force: true });
}

function socketIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined: no Parley listens there. */
export async function askRunning(file: string, typed: string[]): Promise<OperatorReply | undefined> {
  const socketPath = socketIn(file);
  if (socketPath === undefined) return undefined;
  const dispatcher = new Agent({
    connect: { socketPath },
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
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
