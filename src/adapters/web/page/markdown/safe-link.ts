const PROTOCOLS = ['http:', 'https:', 'mailto:'];

/** The address when it is complete and leads to the web or to mail; null when a link must not be made of it. */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address);
    return PROTOCOLS.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
