/** Installing Parley in a workspace by OAuth: `/slack/install` leads to Slack, `/slack/oauth_redirect` back. */

import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type CallbackOptions, InstallProvider } from '@slack/oauth';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Audit } from '../../../core/reports/audit.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { trimEndOf } from '../../../core/text/trim-end.ts';
import type { Clients } from '../api/clients.ts';
import { codeOf } from '../api/error-codes.ts';
import { createLibraryLog } from '../api/library-log.ts';
import { tenantOf } from '../ids.ts';
import { SCOPES } from '../manifest.ts';
import { en } from '../sentences/en.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import type { Installations } from './installations.ts';

type Env = { Bindings: HttpBindings };

export interface InstallRoutesOptions {
  clientId: string;
  clientSecret: string;
  /** Signs the state that brings a browser back to the installation it began. */
  stateSecret: string;
  /** With a slash at the end. */
  apiUrl: string;
  /** Base of the URL that Slack sends the browser back to. Absent: the first redirect URL in the app's settings. */
  publicUrl: string | undefined;
  clients: Clients;
  installations: Installations;
  /** Whether the operator lets a workspace in. */
  isAllowed(team: string): Promise<boolean>;
  audit: Audit;
  log: Logger;
}

const INSTALL_PATH = '/slack/install';
const REDIRECT_PATH = '/slack/oauth_redirect';

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
};

export function createInstallRoutes(options: InstallRoutesOptions): Hono<Env> {
  const { clientId, clientSecret, stateSecret, apiUrl, publicUrl, clients } = options;
  const { installations, isAllowed, audit, log } = options;
  const { logger, logLevel: _, ...clientOptions } = clients.options;
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    stateSecret,
    installationStore: installations,
    authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
    directInstall: true,
    logger: logger ?? createLibraryLog(log),
    clientOptions,
  });
  const installUrl = {
    scopes: SCOPES,
    ...(publicUrl !== undefined && { redirectUri: trimEndOf(publicUrl, /\//) + REDIRECT_PATH }),
  };
  const callback: CallbackOptions = {
    async afterInstallation(installation, _, __, response) {
      const { team, enterprise, isEnterpriseInstall } = installation;
      const org = isEnterpriseInstall ? enterprise?.id : undefined;
      log.info({ team: team?.id, org }, 'installed in slack');
      const by = { tenant: tenantOf(team?.id ?? org ?? ''), person: installation.user.id, what: 'install' };
      if (team === undefined || (await isAllowed(team.id))) {
        audit('signed in', by);
        return true;
      }
      audit('refused', { ...by, reason: 'workspace' });
      // The installation is kept, since the operator may allow the workspace later.
      await installations.storeInstallation(installation);
      response.writeHead(200, PAGE_HEADERS);
      response.end(page(en.notices.notAnswered('workspace', SLACK_WORDS)));
      return false;
    },
    failure(error, _, __, response) {
      const { cancelled, stale, failed } = en.installing;
      const isCancelled = error.code === 'slack_oauth_installer_authorization_error';
      const isStale = /^slack_oauth_(?:missing|invalid)_/.test(error.code);
      if (!isCancelled && !isStale) {
        log.error({ code: codeOf(error), error: whereFrom(error) }, 'slack installation failed');
      }
      response.writeHead(isCancelled ? 200 : isStale ? 400 : 500, PAGE_HEADERS);
      response.end(page(isCancelled ? cancelled : isStale ? stale : failed));
    },
  };

  const routes = new Hono<Env>();
  routes.get(INSTALL_PATH, async (c) => {
    await provider.handleInstallPath(c.env.incoming, c.env.outgoing as never, {}, installUrl);
    return RESPONSE_ALREADY_SENT;
  });
  routes.get(REDIRECT_PATH, async (c) => {
    await provider.handleCallback(c.env.incoming, c.env.outgoing as never, callback);
    return RESPONSE_ALREADY_SENT;
  });
  return routes;
}

function page(sentence: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parley</title><p>${sentence}</p><p><a href="${INSTALL_PATH}">${en.installing.link}</a></p></html>`;
}
