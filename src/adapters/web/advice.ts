/** Settings of the page that work, and are less safe than they seem. */

import { isLoopback } from '../../loopback.ts';
import type { Advice } from '../platform.ts';
import type { WebConfig } from './config.ts';
import { fromServer } from './sentences/en.ts';
import { isSignInSetUp, servicesOf } from './server/sign-in/settings.ts';

export function adviceOn(config: WebConfig): Advice[] {
  const { WEB, PUBLIC_URL, WEB_TOKEN, METRICS_TOKEN } = config;
  if (WEB === 'off') return [];
  const sentences = fromServer.operator.advice;
  const advice: Advice[] = [];
  const { protocol, hostname, pathname } = new URL(PUBLIC_URL ?? 'http://localhost');
  if (protocol === 'http:' && !isLoopback(hostname)) {
    advice.push({
      what: 'web',
      says: sentences.publicHttp,
    });
  }
  if (pathname !== '/') {
    advice.push({
      what: 'web',
      says: sentences.publicPath(pathname),
    });
  }
  if (METRICS_TOKEN !== undefined && METRICS_TOKEN === WEB_TOKEN) {
    advice.push({
      what: 'metrics',
      says: sentences.sameTokens,
    });
  }
  return [...advice, ...adviceOnSignIn(config)];
}

function adviceOnSignIn(config: WebConfig): Advice[] {
  const sentences = fromServer.operator.advice;
  const what = 'sign-in';
  if (servicesOf(config).length > 0 && config.PUBLIC_URL === undefined)
    return [{ what, says: sentences.signInNoUrl }];
  const isNobody = config.SIGN_IN_ALLOWED.length + config.OPERATORS.length === 0;
  return isSignInSetUp(config) && isNobody ? [{ what, says: sentences.nobodyAllowed }] : [];
}
