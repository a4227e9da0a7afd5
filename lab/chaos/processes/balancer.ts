/** A proxy before the Parleys. It sends each request to a running Parley, and loses the answer on demand. */
import { createServer, type IncomingMessage, request as requestTo, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Balancer extends AsyncDisposable {
  /** The address, without a slash at the end. */
  url: string;
  /** Loses the answers to the next `count` events of Slack: each is carried out, then its connection breaks. */
  loseAnswers(count: number): void;
}

/** Marks a request whose answer must be lost. The proxy does not forward this header. */
export const LOSE_HEADER = 'x-chaos-lose';
const SLACK_PATH = '/slack/';

/**
 * @param ports of the Parleys that can receive requests; read for each request
 * @param onWrite called with the port to which a request goes that changes something
 */
export async function startBalancer(
  ports: () => number[],
  onWrite: (port: number) => void = () => {},
): Promise<Balancer> {
  let next = 0;
  let losing = 0;

  const server = createServer((incoming, response) => {
    forward(incoming, response).catch(() => response.destroy());
  });

  async function forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const up = ports();
    const port = up[next++ % Math.max(1, up.length)];
    if (port === undefined) return void response.writeHead(502).end();
    const { [LOSE_HEADER]: lose, ...headers } = incoming.headers;
    const isLosing = lose !== undefined || (incoming.url?.startsWith(SLACK_PATH) === true && losing > 0);
    if (isLosing && lose === undefined) losing -= 1;
    const { method = 'GET', url = '/' } = incoming;
    const sent = requestTo({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
    sent.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    sent.once('response', (answer) => {
      answer.once('error', () => response.destroy());
      if (isLosing) {
        answer.once('end', () => response.destroy()).resume();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    response.once('close', () => sent.destroy());
    sent.end(body);
    if (method !== 'GET') onWrite(port);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    loseAnswers(count) {
      losing += count;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
