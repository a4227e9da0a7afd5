/** The fetch of Slack's clients with token rotation: takes the newest token, and repeats a call if that has expired. */
import type { FetchFunction } from '@slack/web-api';
import type { TokenRotation } from '../workspaces/token-rotation.ts';
import { slackFetch } from './clients.ts';

const EXPIRED = /"error"\s*:\s*"token_expired"/;
/** Most characters of a refusal. A longer body is an ordinary answer. */
const REFUSAL_CHARACTERS = 2_000;

export function createRenewingFetch(
  rotation: Pick<TokenRotation, 'newest' | 'rotates' | 'replace'>,
): FetchFunction {
  return async (url, init) => {
    const given = bearerOf(init);
    if (given === undefined || !rotation.rotates(given)) return slackFetch(url, init);
    const token = rotation.newest(given);
    const response = await slackFetch(url, withToken(init, token));
    if (response.status !== 200) return response;
    const body = await response.text();
    const isExpired = body.length < REFUSAL_CHARACTERS && EXPIRED.test(body);
    const next = isExpired ? await rotation.replace(token) : undefined;
    if (next !== undefined) return slackFetch(url, withToken(init, next));
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}

type Init = Parameters<FetchFunction>[1];

const AUTHORIZATION = 'authorization';
const BEARER = 'Bearer ';

function bearerOf(init: Init): string | undefined {
  const headers = Object.entries(init?.headers ?? {});
  const [, said = ''] = headers.find(([name]) => name.toLowerCase() === AUTHORIZATION) ?? [];
  return said.startsWith(BEARER) ? said.slice(BEARER.length) : undefined;
}

function withToken(init: Init, token: string): Init {
  const others = Object.entries(init?.headers ?? {}).filter(([name]) => name.toLowerCase() !== AUTHORIZATION);
  return { ...init, headers: { ...Object.fromEntries(others), [AUTHORIZATION]: BEARER + token } };
}
