/** The openai client for one provider: a base URL and, where it wants one, a key. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import OpenAI from 'openai';
import { Agent, fetch as undiciFetch } from 'undici';
import { checkedLookup, refusePrivateLiteral } from './public-address.ts';

export interface Provider {
  baseUrl: string;
  /** Absent for servers that want none, such as Ollama. */
  key?: string;
  /** A tenant's base URL, to be reached only where it resolves to public addresses. */
  publicOnly?: boolean;
}

/** Servers without keys still need a header: the client refuses to send none. */
const NO_KEY = 'none';
const MOST_CLIENTS = 200;
const CONNECT_TIMEOUT_MS = 10_000;

/** The deadlines of a stream are Parley's own (attempts.ts); undici's 300 s would end long reasoning. */
const agentOptions = { headersTimeout: 0, bodyTimeout: 0 };
const anyAgent = new Agent({ ...agentOptions, connect: { timeout: CONNECT_TIMEOUT_MS } });
const publicAgent = new Agent({
  ...agentOptions,
  connect: { timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup },
});

const clients = new LRUCache<string, OpenAI>({ max: MOST_CLIENTS });

/** The client for a provider; kept, so that its connections are used again. */
export function clientFor(provider: Provider): OpenAI {
  const id = createHash('sha256')
    .update(JSON.stringify([provider.baseUrl, provider.key ?? null, provider.publicOnly ?? false]))
    .digest('hex');
  const known = clients.get(id);
  if (known) return known;
  // Everything the client would otherwise take from the environment is given: a tenant's request must not
  // go out with the operator's organisation, project or key.
  const client = new OpenAI({
    apiKey: provider.key ?? NO_KEY,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: provider.baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    fetch: fetchVia(provider),
  });
  clients.set(id, client);
  return client;
}

/** Redirects are refused: no model API sends one, and a key must not follow it. */
function fetchVia({ publicOnly = false }: Provider): typeof fetch {
  const dispatcher = publicOnly ? publicAgent : anyAgent;
  const send = async (input: string, init: RequestInit | undefined) => {
    if (publicOnly) refusePrivateLiteral(new URL(input).hostname);
    return undiciFetch(input, { ...init, redirect: 'error', dispatcher } as Parameters<
      typeof undiciFetch
    >[1]);
  };
  return ((input: string, init?: RequestInit) => send(String(input), init)) as unknown as typeof fetch;
}
