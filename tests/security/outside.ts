/** Parley as people outside reach it: the real program, and requests byte by byte, as fetch does not send them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import { WINDOW_HEADER } from '../../src/adapters/web/api.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Program extends AsyncDisposable {
  url: string;
  /** All that it has printed: what an operator reads. */
  output(): string;
}

/** Starts in `folder`, where its store is. Only what `env` has is set. */
export async function startIn(folder: string, env: Record<string, string> = {}): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { ...COMPILE_CACHE, PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part) => {
        output += part;
        const [, printed] = /Parley is ready: (http:\/\/[\w.:[\]]+)/.exec(output) ?? [];
        if (printed) resolve(printed);
      });
    }
    child.once('exit', () => reject(new Error(`Parley did not start: ${output}`)));
  });
  return {
    url,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

export interface Answer {
  status: number;
  /** The names in small letters; of several of one name, the last. */
  headers: Record<string, string>;
  cookies: string[];
  body: string;
}

export interface Asked {
  method?: string;
  version?: '1.0' | '1.1';
  /** In place of the path. */
  target?: string;
  /** Also over `host`. */
  headers?: Record<string, string>;
  body?: string;
}

/** One request on a connection of its own. */
export async function ask(url: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', version = '1.1', target = path, body = '' } = asked;
  const { hostname, port, host } = new URL(url);
  const headers = {
    host,
    connection: 'close',
    ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }),
    ...asked.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const socket = connect(Number(port), hostname);
  socket.write([`${method} ${target} HTTP/${version}`, ...lines, '', body].join('\r\n'));
  let received = '';
  for await (const part of socket) received += part;
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  const named = fields.map((field) => {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(field) ?? [];
    return [name.toLowerCase(), value] as const;
  });
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(named),
    cookies: named.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body: rest.join('\r\n\r\n'),
  };
}

/** The header by which the page names itself. */
export const asPage = () => ({ [WINDOW_HEADER]: randomUUID() });

/** A Cookie header of what was set. */
export const cookieOf = (...cookies: string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ');
