/** The control API of a counterpart, for tests in other processes: `POST /control` with `{do, …}`, `GET /control/…`. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text as readAll } from 'node:stream/consumers';

/** Both return what is sent as JSON; an error becomes status 400 with its message. */
export interface Controls<Command> {
  act(command: Command): unknown;
  read(url: URL): unknown;
}

export function createControlServer<Command>(controls: Controls<Command>): Server {
  return createServer(async (request, response) => {
    const [status, body] = await carriedOut(controls, request).then(
      (done) => [200, done] as const,
      (error: unknown) => [400, { error: error instanceof Error ? error.message : String(error) }] as const,
    );
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
}

async function carriedOut<Command>({ act, read }: Controls<Command>, request: IncomingMessage) {
  if (request.method === 'GET') return read(new URL(request.url ?? '/', 'http://localhost'));
  return act(JSON.parse(await readAll(request)) as Command);
}
