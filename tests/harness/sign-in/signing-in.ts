/** A browser without a screen that signs in at a service. */
import { type Browser, browserOf } from '../web.ts';

export interface Came {
  /** The address to which the service sent the browser. */
  callback: string;
  /** Parley's answer there. */
  response: Response;
}

/** Goes to the service and as far as the way back. @param at cookies of the service */
export async function goToService(
  browser: Browser,
  { provider = 'oidc', path = '/', at = new Map<string, string>() } = {},
): Promise<string> {
  const begun = await browser.fetch(`/sign-in/${provider}?${new URLSearchParams({ return: path })}`);
  let next = begun.headers.get('location');
  if (begun.status !== 303 || next === null) throw new Error(`${begun.status} ${await begun.text()}`);
  const { origin } = new URL(next);
  const there = browserOf(origin, at);
  for (let steps = 0; next.startsWith(origin) && steps < 10; steps++) {
    const response = await there.fetch(next.slice(origin.length), { headers: { accept: 'text/html' } });
    const location: string | null = response.headers.get('location');
    if (location === null) throw new Error(`${response.status} ${await response.text()}`);
    next = new URL(location, origin).href;
  }
  return next;
}

/** Comes back from the service to Parley. */
export function comeBack(browser: Browser, callback: string): Promise<Response> {
  const { pathname, search } = new URL(callback);
  return browser.fetch(pathname + search, { headers: { 'sec-fetch-site': 'cross-site' } });
}

export async function signIn(browser: Browser, options?: Parameters<typeof goToService>[1]): Promise<Came> {
  const callback = await goToService(browser, options);
  return { callback, response: await comeBack(browser, callback) };
}
