/**
 * `fetch` for servers that may send anything. It asks for uncompressed bodies. A server may compress all the same,
 * and 2 MB of gzip can hold gigabytes, so it counts the bytes after unpacking.
 */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Ends the reading of a body that is larger than allowed. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The highest status that `Response` takes; some servers send 999. */
const HIGHEST_STATUS = 599;

/**
 * @param mostBytes most unpacked bytes that are read of this response's body. A further byte throws `BodyTooLarge`
 *   and closes the connection.
 * @param send makes the request; absent: the built-in `fetch`
 */
export function createBoundedFetch(
  mostBytes: (url: string, response: Response) => number,
  send: Fetch = (url, init) => fetch(url, init),
): Fetch {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers ?? (url instanceof Request ? url.headers : undefined));
    headers.set('accept-encoding', 'identity');
    const response = await send(url, { ...init, headers });
    if (!response.body) return response;
    const most = mostBytes(url instanceof Request ? url.url : String(url), response);
    const status = Math.min(response.status, HIGHEST_STATUS);
    // `statusText` is left out: nobody reads it, and `Response` throws at one beyond Latin-1.
    return new Response(bounded(response.body, most), { status, headers: response.headers });
  };
}

function bounded(body: ReadableStream<Uint8Array>, most: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let left = most;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        if (left > 0) controller.enqueue(value.subarray(0, left));
        left -= value.length;
        if (left >= 0) return;
        const error = new BodyTooLarge();
        // Closes the connection. A rejection would only repeat why the connection failed.
        void reader.cancel(error).catch(() => {});
        throw error;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead: each part reaches its reader before an error can replace it.
    { highWaterMark: 0 },
  );
}
