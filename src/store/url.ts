/** Reads the store's URL. */

/** Whether the store is on a server. Several processes and machines may then work on it, and no file lies beside it. */
export function isOnServer(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url);
}

/** The URL as it may be shown: without its password and other parts that may be secret. */
export function withoutPassword(url: string): string {
  if (!isOnServer(url)) return url;
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : 'of STORE_URL';
}
