/** The network of a Socket Mode connection: what Slack may send at once, and a socket that can be cut. */
import type { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';

/** Most bytes of one message of Slack's, unpacked. Over HTTP, Slack sends less than 1 MB. A larger one ends the connection. */
const MOST_BYTES = 2 ** 24;

export interface SocketNetwork {
  dispatcher: Agent;
  /** Ends a connection whose other side does not answer any more. The WebSocket itself cannot do that. */
  cut(): void;
}

export function createSocketNetwork(): SocketNetwork {
  // The library of Slack does the same with its own agent, which takes 128 MB.
  const connect = buildConnector({ allowH2: false });
  let open: Socket | undefined;
  const dispatcher = new Agent({
    webSocket: { maxPayloadSize: MOST_BYTES },
    connect(options, callback) {
      connect(options, (...[error, socket]) => {
        if (error) return callback(error, null);
        open = socket;
        callback(null, socket);
      });
    },
  });
  return { dispatcher, cut: () => open?.destroy() };
}
