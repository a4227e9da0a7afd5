/** Uploads the bytes of a file to the address that Slack gave for them. */
import { createBoundedFetch } from '../../../../core/network/bounded-fetch.ts';

/** 8 MB take 20 s at 3 Mbit/s. */
const DEADLINE_MS = 30_000;
/** Most bytes read of the reply, which is a line such as `OK - 1024`. */
const MOST_BYTES = 4_096;

const send = createBoundedFetch(() => MOST_BYTES);

/**
 * The address is secret and needs no token (docs.slack.dev, "Uploading files": POST, status 200 if it was taken).
 * @throws Error
 */
export async function uploadTo(url: string, bytes: Uint8Array): Promise<void> {
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  await response.text();
  if (response.status !== 200) throw new Error('slack took no upload');
}
