/** The addresses and ports that a page may be read from, by the setting READ_PAGES. */
import ipaddr from 'ipaddr.js';
import { isPublicAddress } from '../../core/network/public-address.ts';

export interface Reach {
  /** Whether a connection to an IP address may be made. */
  takesAddress(address: string): boolean;
  takesPort(port: number): boolean;
}

/**
 * Ports of the public web. Others belong to other services, some of which do what a request for a page tells them, and
 * to whatever the operator's own machine has besides.
 */
const WEB_PORTS = new Set([80, 443, 8080, 8443]);

/**
 * Metadata services of clouds, which give keys to each program that asks: link-local addresses of all clouds, and those
 * of Alibaba, Oracle, Azure and, by IPv6, AWS.
 */
const METADATA = new Set(['100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254']);
/** Ranges that no page has: link-local, and IPv6 forms that lead to IPv4 addresses of any range. */
const NEVER = new Set([
  'linkLocal',
  'unspecified',
  'multicast',
  'broadcast',
  'rfc6052',
  'rfc6145',
  '6to4',
  'teredo',
]);

export const PUBLIC_REACH: Reach = {
  takesAddress: isPublicAddress,
  takesPort: (port) => WEB_PORTS.has(port),
};

/** Private networks, too, on all ports that `fetch` takes. */
export const ANY_REACH: Reach = {
  takesAddress(address) {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return !NEVER.has(parsed.range()) && !METADATA.has(parsed.toString());
  },
  takesPort: () => true,
};
