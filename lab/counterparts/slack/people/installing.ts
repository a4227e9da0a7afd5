/** Installs the app as a person's browser does: follows the app's link, consents, and returns with cookies. */
import type { Context } from '../context.ts';
import type { Who } from './using-commands.ts';

export interface Installed {
  /** HTTP status of the app's last page. */
  status: number;
  text: string;
}

export interface InstallOptions {
  /** Declines the installation. */
  cancel?: boolean;
  /** Installs into the whole organisation of the workspace. */
  orgWide?: boolean;
  /** Returns with a state that the app did not give. */
  state?: string;
  /** Returns without the app's cookies. */
  withoutCookies?: boolean;
}

const HOPS_MOST = 10;

/** @param link the app's link, such as `http://127.0.0.1:3000/slack/install` */
export async function installs(
  { world }: Context,
  { workspace, user }: Who,
  link: string,
  options: InstallOptions = {},
): Promise<Installed> {
  const cookies = new Map<string, string>();
  let next = new URL(link);
  for (let hop = 0; hop < HOPS_MOST; hop += 1) {
    const ours = next.origin === world.origin;
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = ours || jar === '' || options.withoutCookies ? {} : { cookie: jar };
    const response = await fetch(next, { redirect: 'manual', headers });
    const text = await response.text();
    for (const line of ours ? [] : response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const linked = /href="([^"]*\/oauth\/v2\/authorize[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    const target = response.headers.get('location') ?? linked;
    if (!target) return { status: response.status, text };
    next = new URL(target, next);
    if (next.pathname === '/oauth/v2/authorize') {
      next.searchParams.set('team', workspace.id);
      next.searchParams.set('as', user.id);
      if (options.orgWide) next.searchParams.set('org', '1');
      if (options.cancel) next.searchParams.set('cancel', '1');
      // The path is opened at Slack's real address, whatever address the app has.
      next = new URL(next.pathname + next.search, world.origin);
    } else if (ours && options.state !== undefined) next.searchParams.set('state', options.state);
  }
  throw new Error(`more than ${HOPS_MOST} redirects from ${link}`);
}
