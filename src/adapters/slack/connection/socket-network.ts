/** The network of a Socket Mode connection: it limits the size of a message, and can cut the connection. */
import type { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';

/** Most bytes of one message from Slack, unpacked: more end the connection. Over HTTP, Slack sends less than 1 MB. */
const MOST_BYTES = 2 ** 24;

export interface SocketNetwork {
  dispatcher: Agent;
  /** Ends a connection whose other side no longer answers. The WebSocket itself cannot do that. */
  cut(): void;
}

export function createSocketNetwork(): SocketNetwork {
  // Slack's library does the same with an agent of its own, which accepts 128 MB.
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
