/** Signs that the open page is reached from elsewhere than this machine. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopback, isLoopbackHost } from '../../../loopback.ts';
import { ORIGIN_HEADER } from '../api.ts';

/**
 * Headers of proxies, balancers and tunnels. A browser sends none of them by itself.
 * Forwarded: RFC 7239; Via: RFC 9110, 7.6.3; CDN-Loop: RFC 8586; the others are vendors' own.
 */
const FORWARDING = new Set(['forwarded', 'via', 'cdn-loop', 'front-end-https', 'x-scheme', 'x-url-scheme']);
/**
 * `X-Forwarded-*`, also with an underscore or without its beginning, `X-Original-Forwarded-For`, `X-Forward-For`,
 * `X-Original-Host`, `X-ProxyUser-Ip`, `X-Real-Port`, `X-NginX-Proxy`.
 */
const FORWARDED = /^(?:x[-_])?forward|^x-(?:original-|proxy|real-|nginx)/;
/** `X-Real-IP`, `X-Source-IP`, `X-Client-IP`, `True-Client-IP`, `X-Cluster-Client-IP`, `CF-Connecting-IP`, `X-Remote-Addr`. */
const CLIENT_ADDRESS =
  /(?:real|client|connecting|remote|user|external|viewer|source|src)-?(?:ip|addr|address)(?:v6)?$/;
/** Cloudflare, Envoy, AWS, Azure, Fly.io, Fastly, CloudFront, Vercel, App Engine, Tailscale Serve, Microsoft's dev tunnels. */
const VENDOR =
  /^(?:cf|x-envoy|x-amzn?|x-azure|x-arr|x-fd|fly|fastly|cloudfront|x-vercel|x-appengine|tailscale|x-tunnel)-/;

/** The first sign that a request came from elsewhere, in words for the log; undefined where there is none. */
export function signOf({ headers, httpVersionMajor, httpVersionMinor, url, socket }: IncomingMessage) {
  const header = forwardingHeader(headers);
  if (header !== undefined) return `the header ${header}`;
  // nginx speaks HTTP/1.0 to the servers behind it, unless told otherwise (proxy_http_version). No browser does.
  if (httpVersionMajor === 1 && httpVersionMinor === 0) return 'HTTP/1.0';
  // A connection that was reset meanwhile has no address any more. Its client is gone.
  const { remoteAddress } = socket;
  if (remoteAddress !== undefined && !isLoopback(remoteAddress)) return 'the client’s address';
  const host = headers.host ?? '';
  if (!isLoopbackHost(host)) return `the host ${host.slice(0, SHOWN)}`;
  const addresses = [
    ['the origin', headers.origin],
    ['the referrer', headers.referer],
    ['the page’s own address', headers[ORIGIN_HEADER]],
    // Proxies send the whole address as the target; browsers send a path, which begins with a slash.
    ['the address asked for', url?.startsWith('/') ? undefined : url],
  ] as const;
  for (const [what, address] of addresses) {
    if (!address || typeof address !== 'string' || isLoopback(hostnameOf(address))) continue;
    return `${what} ${originOf(address).slice(0, SHOWN)}`;
  }
  return undefined;
}

/** Whether a request says that the browser spoke TLS. Anybody can say so: it is good for advice only. */
export function saysTls({ headers }: IncomingMessage): boolean {
  const { origin, referer, forwarded, [ORIGIN_HEADER]: own } = headers;
  return (
    [origin, referer, own].some((address) => String(address).startsWith('https:')) ||
    /\bproto="?https\b/i.test(forwarded ?? '') ||
    protocolOf(headers) === 'https' ||
    headers['x-forwarded-ssl'] === 'on' ||
    headers['front-end-https'] === 'on'
  );
}

/** The protocol that the nearest proxy says. */
export function protocolOf(headers: IncomingHttpHeaders): string | undefined {
  return String(headers['x-forwarded-proto'] ?? '')
    .split(',')
    .at(-1)
    ?.trim()
    .toLowerCase();
}

/** Characters of a foreign address that the log shows. */
const SHOWN = 100;

function forwardingHeader(headers: IncomingHttpHeaders): string | undefined {
  return Object.keys(headers).find(
    (name) => FORWARDING.has(name) || FORWARDED.test(name) || CLIENT_ADDRESS.test(name) || VENDOR.test(name),
  );
}

/** An address without its path, which may be somebody's secret. Sandboxed pages and files have the origin `null`. */
function originOf(address: string): string {
  const url = URL.parse(address);
  if (url) return `${url.protocol}//${url.host}`;
  return address === 'null' ? address : '';
}

/** The host of an address; empty if it is none, such as `null` as a sandboxed page's origin. */
function hostnameOf(address: string): string {
  return URL.parse(address)?.hostname ?? '';
}
