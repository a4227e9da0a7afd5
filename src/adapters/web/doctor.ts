/** The findings of `doctor` about the page: how it is open, and to whom. */
import { createBoundedFetch } from '../../core/network/bounded-fetch.ts';
import type { Finding } from '../../core/platform.ts';
import { hostInUrl } from '../../http.ts';
import type { CheckContext } from '../platform.ts';
import { kindOfDoor, takesToken, type WebConfig } from './config.ts';
import { wasClosed } from './door/door.ts';
import { fromServer } from './sentences/en.ts';
import { callbackOf, isSignInSetUp, serviceNames, servicesOf } from './server/sign-in/settings.ts';

const sentences = fromServer.operator.doctor;

const ALIVE_MS = 2_000;
const boundedFetch = createBoundedFetch(() => 2 ** 16);

export async function checkWeb(config: WebConfig, context: CheckContext): Promise<Finding[]> {
  if (config.WEB === 'off') return [{ what: 'web', state: 'note', says: sentences.off }];
  return [pageOf(config), ...callbacksOf(config), ...(await checkDoor(config, context))];
}

function pageOf(config: WebConfig): Finding {
  const { HOST, PORT, WEB_TOKEN } = config;
  const what = 'web';
  const token = WEB_TOKEN ? sentences.givenToken : sentences.madeToken;
  const kind = kindOfDoor(config);
  const access = kind === 'token' ? waysIn(config, token) : sentences.access[kind];
  return { what, state: 'ok', says: sentences.on(HOST, PORT, access) };
}

function waysIn(config: WebConfig, token: string): string {
  const services = serviceNames(config);
  const { access } = sentences;
  if (services.length === 0) return access.token(token);
  return takesToken(config) ? access.signInOrToken(services, token) : access.signIn(services);
}

/** The redirect addresses, which the operator enters at each service. */
function callbacksOf(config: WebConfig): Finding[] {
  const { PUBLIC_URL } = config;
  if (PUBLIC_URL === undefined || !isSignInSetUp(config)) return [];
  return servicesOf(config).map(({ id, name }) => ({
    what: 'sign-in',
    state: 'note',
    says: sentences.callback(name, callbackOf(PUBLIC_URL, id)),
  }));
}

/** Warns where people from other machines come in without the access token, or have tried. */
async function checkDoor(config: WebConfig, { adapterState }: CheckContext): Promise<Finding[]> {
  const what = 'web';
  const kind = kindOfDoor(config);
  if (kind === 'token') return [];
  const warn = (says: string): Finding[] => [{ what, state: 'warning', says }];
  if (kind === 'open') return warn(sentences.openToAll);
  const isClosed = adapterState ? await wasClosed(adapterState) : await asksForToken(config);
  if (isClosed) return warn(sentences.closed);
  if (config.TRUSTED_PROXIES.length > 0) return warn(sentences.proxied);
  return [];
}

/** Asks the running Parley, which alone has its store open. */
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
