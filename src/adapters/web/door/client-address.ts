/** A request's address: the socket's, or the one that trusted proxies say. */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];

/** Bits of an IPv6 address that tell clients apart: a network gets the other 64 for itself (RFC 6177). */
const CLIENT_BITS = 64;

/** Networks from a list of addresses and CIDRs, or the first entry that is neither. */
export function readNetworks(list: string): { networks: Network[] } | { problem: string } {
  const networks: Network[] = [];
  for (const entry of list.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const network = networkOf(entry);
    if (!network) return { problem: entry };
    networks.push(network);
  }
  return { networks };
}

/** Bits before an IPv4 address that is written as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96;

export interface ClientAddresses {
  /**
   * The client's address, as a key to count by. Behind trusted proxies it is the last address of X-Forwarded-For that
   * is no trusted proxy's: anybody can make up those before it.
   */
  addressOf(request: IncomingMessage): string;
  /** Whether the request came from a trusted proxy. */
  isProxied(request: IncomingMessage): boolean;
}

export function createClients(trusted: Network[]): ClientAddresses {
  const isTrusted = (address: Address) => trusted.some((network) => isIn(address, network));

  function clientOf({ socket, headers }: IncomingMessage): Address | undefined {
    let client = addressOf(socket.remoteAddress ?? '');
    // Empty elements of a list are ignored (RFC 9110, 5.6.1).
    const forwarded = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .flatMap((one) => one.trim() || []);
    while (client && isTrusted(client)) {
      const before = addressOf(forwarded.pop() ?? '');
      if (!before) break;
      client = before;
    }
    return client;
  }

  return {
    addressOf(request) {
      const client = clientOf(request);
      if (!(client instanceof ipaddr.IPv6)) return client?.toString() ?? '';
      return ipaddr.IPv6.networkAddressFromCIDR(`${client}/${CLIENT_BITS}`).toString();
    },
    isProxied({ socket }) {
      const peer = addressOf(socket.remoteAddress ?? '');
      return peer !== undefined && isTrusted(peer);
    },
  };
}

/** Reads an address, also with a port behind it, as some proxies write it. */
function addressOf(text: string): Address | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const bare = bracketed ?? text.replace(/^([\d.]+):\d+$/, '$1');
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

function networkOf(entry: string): Network | undefined {
  if (ipaddr.isValidCIDR(entry)) {
    const [network, bits] = ipaddr.parseCIDR(entry);
    const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= MAPPED_BITS;
    // Addresses are read as IPv4 too.
    return isMapped ? [network.toIPv4Address(), bits - MAPPED_BITS] : [network, bits];
  }
  const address = addressOf(entry);
  return address && [address, address.toByteArray().length * 8];
}

function isIn(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
