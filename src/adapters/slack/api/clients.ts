/** The clients of Slack's Web API, with Parley's deadlines and retries. */
import { type FetchFunction, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { createBoundedFetch } from '../../../core/network/bounded-fetch.ts';
import { createLibraryLog } from './library-log.ts';

export interface Clients {
  /** A client that waits when Slack limits the rate, and tries again. */
  patient(token: string | undefined, teamId?: string): WebClient;
  /** A client that tries once, and rejects when rate-limited. */
  once(token: string | undefined, teamId?: string): WebClient;
  /** Options of the patient clients. */
  options: WebClientOptions;
}

const DEADLINE_MS = 15_000;
const RETRIES = { retries: 2, factor: 2, minTimeout: 500, randomize: true };

/** Most bytes read of one reply from Slack, unpacked. A page of messages has about 1 MB. */
const MOST_BYTES = 2 ** 24;
/** The fetch for all calls of Slack's Web API. */
export const slackFetch = createBoundedFetch(() => MOST_BYTES);

/** @param apiUrl ends with a slash */
export function createClients(apiUrl: string, log: Logger, fetch: FetchFunction = slackFetch): Clients {
  const logger = createLibraryLog(log);
  const shared = { slackApiUrl: apiUrl, timeout: DEADLINE_MS, logger, fetch };
  const patient = { ...shared, retryConfig: RETRIES };
  const once = { ...shared, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const client = (options: WebClientOptions) => (token: string | undefined, teamId?: string) =>
    new WebClient(token, { ...options, ...(teamId !== undefined && { teamId }) });
  return { patient: client(patient), once: client(once), options: patient };
}
