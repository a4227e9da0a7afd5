/** Whether an address is this machine. */
import ipaddr from 'ipaddr.js';

/** Whether a name or an address, in brackets or not, is this machine. Browsers ask no DNS for `*.localhost` (RFC 6761, 6.3). */
export function isLoopback(hostname: string): boolean {
  const name = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

/** The same for a `Host` header, with or without a port. */
export function isLoopbackHost(host: string): boolean {
  return isLoopback(URL.parse(`http://${host}`)?.hostname ?? '');
}
