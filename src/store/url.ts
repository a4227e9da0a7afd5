/** The store's URL: which database it names, and how it may be shown. */
/** Whether several processes may work on the store, from several machines: nothing lies beside it then. */
export function isOnServer(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url);
}

/** A store's URL as it may be shown: without its password, and what else may be secret in it. */
export function withoutPassword(url: string): string {
  if (!isOnServer(url)) return url;
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : 'of STORE_URL';
}
