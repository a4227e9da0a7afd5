/** A server of the web, on an address of the test's choice: for pages, and for what hostile servers send. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type PageAnswer = (response: ServerResponse, request: IncomingMessage) => unknown;

export interface WebServer extends AsyncDisposable {
  port: number;
  /** `http://address:port`, without a slash at its end. */
  url: string;
  /** The requests so far. */
  requests: IncomingMessage[];
  /** Sets the answer of a path. Other paths answer 404. */
  on(path: string, answer: PageAnswer): void;
}

/** @param address Linux takes each of 127.0.0.0/8 @param listenOn 0 takes a free port */
export async function startWebServer(address = '127.0.0.1', listenOn = 0): Promise<WebServer> {
  const answers = new Map<string, PageAnswer>();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    const answer = answers.get(pathname) ?? ((missing) => missing.writeHead(404).end('nothing here'));
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(listenOn, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${address}:${port}`,
    requests,
    on(path, answer) {
      answers.set(path, answer);
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** A page with a body of these bytes. */
export function sends(type: string, body: string | Buffer, headers: Record<string, string> = {}): PageAnswer {
  return (response) =>
    response.writeHead(200, { ...(type && { 'content-type': type }), ...headers }).end(body);
}

export const html = (title: string, body: string) =>
  sends(
    'text/html; charset=utf-8',
    `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`,
  );

export function redirects(location: string, status = 302): PageAnswer {
  return (response) => response.writeHead(status, { location }).end('moved');
}

/** A body without an end. */
export function endless(type: string, piece: Buffer, headers: Record<string, string> = {}): PageAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': type, ...headers });
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  };
}

/** Takes the request, and never answers it. */
export const silent: PageAnswer = () => {};
