/** Errors of a gateway connection that its client has given up. */
import type { WebSocketShard } from '@discordjs/ws';

/**
 * Listens to errors of the shard's newest connection. The client gives up a connection whose handshake is under way
 * without closing it, and removes its own listener (@discordjs/ws 1.2.3, `destroy`). The handshake then fails later, such
 * as at its time limit, and an error that nobody listens to ends the process.
 * @param shard whose connection was just made
 */
export function hearErrors(shard: WebSocketShard): void {
  const connection: unknown = Reflect.get(shard, 'connection');
  if (connection instanceof Object && 'addEventListener' in connection) {
    const { addEventListener } = connection as EventTarget;
    // The client's own listener handles the error as long as it is there.
    addEventListener.call(connection, 'error', () => {});
  }
}
