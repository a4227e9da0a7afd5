/** Keeps addresses that people chose from reaching the operator's own network (SSRF). */
import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address that may not be reached. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress';
  constructor() {
    super('private-address');
  }
}

/**
 * Azure's own services, at an address of the public range (learn.microsoft.com/azure/virtual-network:
 * what-is-ip-address-168-63-129-16).
 */
const AZURE = '168.63.129.16';
/** The IPv6 range that is given out. `::7f00:1`, an old form of 127.0.0.1, is outside. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is on the public internet: not private, loopback, link-local, mapped, NAT64, 6to4 or the like. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` unwraps IPv4-mapped IPv6. Nearly every other special range has a name of its own.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}

/** Whether a URL's host is an address, and not a public one. */
export function isPrivateLiteral(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && !isPublicAddress(address);
}

/**
 * A look-up for `net.connect` that fails unless every address may be reached. The connection then goes to a checked
 * address.
 */
export function lookupAllowing(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (found ?? []) as LookupAddress[];
      const [first] = addresses;
      if (error || !first) callback(error ?? new Error('no address'), '', 0);
      else if (!addresses.every(({ address }) => isAllowed(address))) callback(new PrivateAddress(), '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export const checkedLookup = lookupAllowing(isPublicAddress);
