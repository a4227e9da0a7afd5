/** Settings of the page that work, and are less safe than they seem. */

import { isLoopback } from '../../loopback.ts';
import type { Advice } from '../platform.ts';
import type { WebConfig } from './config.ts';

export function adviceOn({ WEB, PUBLIC_URL, WEB_TOKEN, METRICS_TOKEN }: WebConfig): Advice[] {
  if (WEB === 'off') return [];
  const advice: Advice[] = [];
  const { protocol, hostname, pathname } = new URL(PUBLIC_URL ?? 'http://localhost');
  if (protocol === 'http:' && !isLoopback(hostname)) {
    advice.push({
      what: 'web',
      says: 'PUBLIC_URL is http, so the access token and all that is said can be read on the way. Put a proxy with TLS before Parley, and set PUBLIC_URL to its https address',
    });
  }
  if (pathname !== '/') {
    advice.push({
      what: 'web',
      says: `PUBLIC_URL has the path ${pathname}, and the page works only without one. Give Parley a host name or a port of its own`,
    });
  }
  if (METRICS_TOKEN !== undefined && METRICS_TOKEN === WEB_TOKEN) {
    advice.push({
      what: 'metrics',
      says: 'METRICS_TOKEN is the same as WEB_TOKEN, so the program that reads the metrics can open the page. Make another one with `openssl rand -hex 24`',
    });
  }
  return advice;
}
