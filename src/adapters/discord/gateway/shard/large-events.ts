/** Events of Discord's gateway that are too large to be read. */
import type { WebSocketShard } from '@discordjs/ws';

/**
 * Most bytes of one event. The largest event is GUILD_CREATE: a server with 500 channels, 250 roles and 1,000 active
 * threads takes about 5 MB (gateway-events.mdx, Guild Create; Discord refuses channels that are larger, error 30061).
 * Parsing 16 MB of JSON takes at worst about 600 MB of memory.
 */
const MOST_BYTES = 2 ** 24;

/**
 * Leaves out larger events before they are parsed. If the connection were closed instead, Discord would send the same
 * event again. The socket itself takes 100 MB, unpacked, and closes at more (ws, `maxPayload`); the client has no setting
 * for that.
 * @param shard whose connection was just made
 */
export function skipLargeEvents(shard: WebSocketShard, onLarge: (bytes: number) => void): void {
  const connection: unknown = Reflect.get(shard, 'connection');
  if (!isReceiving(connection)) return;
  const read = connection.onmessage;
  connection.onmessage = (event) => {
    const bytes = typeof event.data === 'string' ? Buffer.byteLength(event.data) : event.data.byteLength;
    if (bytes > MOST_BYTES) onLarge(bytes);
    else read.call(connection, event);
  };
}

interface Receiving {
  onmessage(event: { data: string | ArrayBuffer }): void;
}

function isReceiving(given: unknown): given is Receiving {
  return typeof given === 'object' && given !== null && 'onmessage' in given && given.onmessage !== null;
}
