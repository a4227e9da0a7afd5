/** Events of Discord's gateway that are too large to be read. */
import type { WebSocketShard } from '@discordjs/ws';

/**
 * Most bytes of one event. The largest is a guild's GUILD_CREATE: 500 channels, 250 roles and 1,000 threads in use are
 * about 5 MB (gateway-events.mdx, Guild Create; Discord refuses channels that are larger, error 30061). As JSON of the
 * worst shape, 16 MB take about 600 MB when they are read.
 */
const MOST_BYTES = 2 ** 24;

/**
 * Leaves out what is larger, before anything is read of it: closing the connection would bring the same event again.
 * The socket itself takes 100 MB, unpacked, and ends at more (ws, `maxPayload`); its client has no setting for it.
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
