import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether what somebody gave is the secret. The time this takes tells neither how much of it is right nor its length. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
