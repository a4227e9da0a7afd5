/** The clients of Slack's Web API, with the deadlines and retries that Parley wants. */
import { type FetchFunction, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { createLibraryLog } from './library-log.ts';

export interface Clients {
  /** Waits where Slack wants it to, and tries again. */
  patient(token: string | undefined, teamId?: string): WebClient;
  /** Tries once, and rejects when rate-limited. */
  once(token: string | undefined, teamId?: string): WebClient;
  /** What the patient ones are made with. */
  options: WebClientOptions;
}

const DEADLINE_MS = 15_000;
const RETRIES = { retries: 2, factor: 2, minTimeout: 500, randomize: true };

/**
 * @param apiUrl ends with a slash
 * @param fetch replaces the built-in `fetch`
 */
export function createClients(apiUrl: string, log: Logger, fetch?: FetchFunction): Clients {
  const logger = createLibraryLog(log);
  const shared = { slackApiUrl: apiUrl, timeout: DEADLINE_MS, logger, ...(fetch && { fetch }) };
  const patient = { ...shared, retryConfig: RETRIES };
  const once = { ...shared, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const client = (options: WebClientOptions) => (token: string | undefined, teamId?: string) =>
    new WebClient(token, { ...options, ...(teamId !== undefined && { teamId }) });
  return { patient: client(patient), once: client(once), options: patient };
}
