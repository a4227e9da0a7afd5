/** Parts of calls that both APIs have. */
import { randomBytes } from 'node:crypto';

/** The arguments as JSON. Ollama's own API, and servers built like it, send an object. */
export function argumentsOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'string' ? value : '';
}

/** An id that Mistral takes, which is the strictest: exactly nine letters and digits. */
export const newCallId = () => shortId(randomBytes(12).toString('base64url'));

export const shortId = (text: string) => text.replace(/[^a-zA-Z0-9]/g, '0').slice(0, 9);
