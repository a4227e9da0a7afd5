/** The way in through a closed door: the services to sign in at, and a form that asks for the access token. */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { isSameSecret } from '../../../core/access/same-secret.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { fromServer } from '../sentences/en.ts';
import type { GateEnv } from '../server/route-tools.ts';
import { returnTo } from '../server/sign-in/return-to.ts';
import type { BrowserSessions } from '../sessions/browser-sessions.ts';
import { hash } from '../sessions/sessions.ts';

export interface AccessToken {
  /**
   * Undefined where the operator has to set one first.
   * @throws ConfigError, StoreError where it cannot be read or made
   */
  read(): string | undefined;
  /** Where the operator finds it, such as `in data/web.token`. */
  where: string;
}

export interface EntranceOptions {
  /** Undefined: nobody comes in with a token. */
  access: AccessToken | undefined;
  /** The services that people can sign in at. */
  services: { id: string; name: string }[];
  audit: Audit;
  log: Logger;
  /** The reason why the door has closed itself; null if it has not. */
  advice(): string | null;
  open: BrowserSessions['open'];
}

export interface Entrance {
  /** The hash of the current token, as sessions keep it; undefined where there is no token. */
  entry(): string | undefined;
  form(c: Context<GateEnv>, problem?: string, status?: FormStatus): Response;
  /** @param address the client's */
  enter(c: Context<GateEnv>, given: string, address: string): Promise<Response>;
}

export type FormStatus = 400 | 401 | 403 | 429 | 502 | 503;

/** Wrong tokens from one address in a minute. The right token always enters, so nobody can be locked out. */
const TRIES_PER_MINUTE = 30;
const STYLE = `html{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem;overflow-wrap:anywhere}
label,input,button,.button{display:block;font:inherit;width:100%;box-sizing:border-box;margin-top:.5rem;padding:.5rem}label{padding:0}
.button{text-align:center;text-decoration:none;color:ButtonText;background:ButtonFace;border:1px solid ButtonBorder;border-radius:.3rem}.button:hover{border-color:CanvasText}hr{margin:1.5rem 0;border:0;border-top:1px solid GrayText}`;
const CSP = `default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const says = fromServer.access.form;
const { signIn } = fromServer;

export function createEntrance(options: EntranceOptions): Entrance {
  const { access, services, audit, log, advice, open } = options;
  const wrong = new RateLimiterMemory({ points: TRIES_PER_MINUTE, duration: 60 });

  function token(): string | undefined {
    try {
      return access?.read();
    } catch (error) {
      log.error(
        { reason: error instanceof Error ? error.message : '' },
        'no access token: nobody can sign in',
      );
      return undefined;
    }
  }

  function form(c: Context<GateEnv>, problem?: string, status: FormStatus = 401): Response {
    c.header('content-security-policy', CSP);
    c.header('cache-control', 'no-store');
    const asks = services.length > 0 ? signIn.ASKS : says.asks;
    // The form itself may stand at the address that the person asked for.
    const path = returnTo(c.req.query('return') ?? (c.req.method === 'GET' ? pathOf(c) : undefined));
    const ways = [...linksTo(services, path), ...(services.length > 0 && access ? ['<hr>'] : [])];
    return c.html(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley</title><style>${STYLE}</style><main><h1>Parley</h1>
<p${problem === undefined ? '' : ' role="alert"'}>${escaped(problem ?? advice() ?? asks)}</p>
${ways.join('\n')}${access ? tokenForm(services.length === 0) : ''}</main></html>`,
      status,
    );
  }

  return {
    form,
    entry() {
      const now = token();
      return now === undefined ? undefined : entryOf(now);
    },
    async enter(c, given, address) {
      const now = token();
      if (now !== undefined && isSameSecret(given.trim(), now)) {
        const tenant = await open(c, { entry: entryOf(now) });
        audit('signed in', { tenant, person: tenant, what: 'access-token', from: address });
        return c.redirect('/', 303);
      }
      try {
        await wrong.consume(address);
      } catch {
        c.header('retry-after', '60');
        return form(c, says.tooMany, 429);
      }
      audit('sign-in refused', { what: 'access-token', from: address });
      return form(c, says.wrong);
    },
  };
}

/** A hash of the token, which is not stored itself. A new token ends the sessions that this one opened. */
function entryOf(token: string): string {
  return hash(`parley access ${hash(token)}`);
}

const pathOf = (c: Context) => {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
};

function linksTo(services: EntranceOptions['services'], path: string): string[] {
  return services.map(({ id, name }) => {
    const query = path === '/' ? '' : `?${new URLSearchParams({ return: path })}`;
    return `<a class="button" href="${escaped(`/sign-in/${id}${query}`)}">${escaped(signIn.button(name))}</a>`;
  });
}

/** @param isAlone whether the token is the only way in */
function tokenForm(isAlone: boolean): string {
  return `${isAlone ? '' : `<p>${signIn.OR_TOKEN}</p>`}<p>${says.whereToFind}</p>
<form method="post" action="/access"><label for="token">${says.label}</label>
<input id="token" name="token" type="password" required${isAlone ? ' autofocus' : ''} autocomplete="current-password"><button>${says.button}</button></form>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that may come from a service or an address, as HTML. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
