/** The findings of `doctor` about the page: how it is open, and to whom. */
import { createBoundedFetch } from '../../core/bounded-fetch.ts';
import type { Finding } from '../../core/platform.ts';
import { hostInUrl } from '../../http.ts';
import type { CheckContext } from '../platform.ts';
import { kindOfDoor, type WebConfig } from './config.ts';
import { wasClosed } from './door/door.ts';

const ALIVE_MS = 2_000;
const boundedFetch = createBoundedFetch(() => 2 ** 16);

export async function checkWeb(config: WebConfig, context: CheckContext): Promise<Finding[]> {
  if (config.WEB === 'off')
    return [{ what: 'web', state: 'note', says: 'the page is off; set WEB=on for it' }];
  return [pageOf(config), ...(await checkDoor(config, context))];
}

function pageOf(config: WebConfig): Finding {
  const { HOST, PORT, WEB_TOKEN } = config;
  const what = 'web';
  const token = WEB_TOKEN ? 'the one in WEB_TOKEN' : 'one made on first start, in web.token beside the store';
  const access = {
    open: 'open to everyone who reaches it, since WEB_OPEN is on',
    loopback: 'open to this machine, until it is reached from elsewhere',
    token: `asking for an access token: ${token}`,
  }[kindOfDoor(config)];
  return { what, state: 'ok', says: `the page will be on ${HOST}, port ${PORT}, ${access}` };
}

/** Whether others than people of this machine come in by the page without the access token, or have tried. */
async function checkDoor(config: WebConfig, { adapterState }: CheckContext): Promise<Finding[]> {
  const what = 'web';
  const kind = kindOfDoor(config);
  if (kind === 'token') return [];
  const warn = (says: string): Finding[] => [{ what, state: 'warning', says }];
  if (kind === 'open')
    return warn(
      'the page is open to everyone who reaches it, at your expense, since WEB_OPEN is on. Leave that out for the access token',
    );
  const isClosed = adapterState ? await wasClosed(adapterState) : await asksForToken(config);
  if (isClosed)
    return warn(
      'the page was reached from elsewhere, such as through a proxy, so it asks for the access token now. Set PUBLIC_URL to the address that people open',
    );
  if (config.TRUSTED_PROXIES.length > 0)
    return warn(
      'the page is open, and TRUSTED_PROXIES says that a proxy stands before it. Set PUBLIC_URL to the address that people open',
    );
  return [];
}

/** Asks the Parley that runs, since it alone has its store. */
async function asksForToken({ HOST, PORT }: WebConfig): Promise<boolean> {
  try {
    const response = await boundedFetch(`http://${hostInUrl(HOST)}:${PORT}/`, {
      signal: AbortSignal.timeout(ALIVE_MS),
    });
    return response.status === 401;
  } catch {
    return false;
  }
}
