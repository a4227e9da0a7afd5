const PROTOCOLS = ['http:', 'https:', 'mailto:'];

/** The address, if it is complete and leads to the web or to mail; null if it must not become a link. */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address);
    return PROTOCOLS.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
