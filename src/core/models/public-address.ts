/** Keeps a tenant's base URL from reaching the operator's own network (SSRF). */
import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All of IPv6 that is given out; outside of it are such as `::7f00:1`, which is 127.0.0.1 in an old way. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is on the public internet: not private, loopback, link-local, mapped, NAT64, 6to4 or the like. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` unwraps IPv4-mapped IPv6; of the rest, nearly everything special has a range name of its own.
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST));
}

/** A host that is an address is connected to without a look-up, so it is checked by itself. */
export function refusePrivateLiteral(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) && !isPublicAddress(address)) throw new Error('not a public address');
}

/** A look-up for `net.connect` that fails unless every address is public; the connection goes to one that was checked. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []) as LookupAddress[];
    const refused =
      error ?? (addresses.every(({ address }) => isPublicAddress(address)) ? null : notPublic(hostname));
    const [first] = addresses;
    if (refused || !first) callback(refused ?? notPublic(hostname), '', 0);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function notPublic(hostname: string): NodeJS.ErrnoException {
  return new Error(`${hostname} does not resolve to public addresses only`);
}
