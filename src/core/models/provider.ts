/** The openai client for one provider: a base URL and, where it wants one, a key. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import OpenAI from 'openai';
import { Agent, buildConnector } from 'undici';
import { createBoundedFetch, type Fetch } from '../network/bounded-fetch.ts';
import { checkedLookup, isPrivateLiteral, PrivateAddress } from '../network/public-address.ts';
import { createPathFinder } from './catalog/find-path.ts';
import { failureOfResponse } from './failures/failures.ts';
import { ModelError } from './model.ts';

export interface Provider {
  baseUrl: string;
  /** Absent for servers that want none, such as Ollama. */
  key?: string;
  /** A tenant's base URL, reached only where it resolves to public addresses. */
  publicOnly?: boolean;
}

/** Servers without keys still need a header: the client refuses to send none. */
const NO_KEY = 'none';
const MOST_CLIENTS = 200;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * Most unpacked bytes that are read of a body: of a failure; of a stream, where each token comes in some 300 bytes, and
 * each picture twice; of JSON that is parsed in one piece, such as a list of models; of a file that code made; and of a
 * picture in base64.
 */
const MOST_BYTES = { failure: 2 ** 16, stream: 2 ** 26, whole: 2 ** 22, file: 2 ** 23, picture: 2 ** 24 };
/** Endpoints that answer with a stream. For their answers in one piece, open-events.ts has a bound. */
const STREAMING = /\/(?:chat\/completions|responses)$/;
const FILE = /\/containers\/[\w-]+\/files\/[\w-]+\/content$/;
const PICTURES = /\/images\/(?:generations|edits)$/;
/** The client's own deadline for the headers. Parley's deadlines are shorter, except for an answer in one piece. */
const HEADERS_TIMEOUT_MS = 3_600_000;

/** The deadlines of a stream are Parley's own (openai.ts); undici's 300 s would end long reasoning. */
const NO_DEADLINES = { headersTimeout: 0, bodyTimeout: 0 };
/** Packed bytes of a body: compression can also hold endless data that unpacks to nothing. */
const MOST_RESPONSE = { maxResponseSize: MOST_BYTES.stream };
const anyAgent = new Agent({ ...NO_DEADLINES, ...MOST_RESPONSE, connect: { timeout: CONNECT_TIMEOUT_MS } });
const connectPublic = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup });
const publicAgent = new Agent({
  ...NO_DEADLINES,
  ...MOST_RESPONSE,
  connect(options, callback) {
    // The client connects to an address without a look-up, so the address is checked here.
    if (isPrivateLiteral(options.hostname)) callback(new PrivateAddress(), null);
    else connectPublic(options, callback);
  },
});

const boundedFetch = createBoundedFetch((url, { ok }) => {
  if (!ok) return MOST_BYTES.failure;
  const { pathname } = new URL(url);
  if (FILE.test(pathname)) return MOST_BYTES.file;
  if (PICTURES.test(pathname)) return MOST_BYTES.picture;
  return STREAMING.test(pathname) ? MOST_BYTES.stream : MOST_BYTES.whole;
});

const clients = new LRUCache<string, OpenAI>({ max: MOST_CLIENTS });

/** The client for a provider. It is kept, so that its connections are used again. */
export function clientFor(provider: Provider): OpenAI {
  const { baseUrl, key, publicOnly = false } = provider;
  const id = createHash('sha256')
    .update(JSON.stringify([baseUrl, key ?? null, publicOnly]))
    .digest('hex');
  const known = clients.get(id);
  if (known) return known;
  // Everything is given that the client would otherwise take from the environment: a tenant's request must not go out
  // with the operator's organisation, project or key.
  const client = new OpenAI({
    apiKey: key ?? NO_KEY,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: HEADERS_TIMEOUT_MS,
    logLevel: 'off',
    fetch: refusingFailures(createPathFinder(baseUrl, boundedFetch)),
    defaultHeaders: key === undefined ? {} : keyHeaders(new URL(baseUrl), key),
    // Redirects are refused: no model API sends one, and a key must not follow it.
    fetchOptions: { redirect: 'error', dispatcher: publicOnly ? publicAgent : anyAgent },
  });
  clients.set(id, client);
  return client;
}

/**
 * Azure, and gateways in front of it, take the key in another header (Azure OpenAI REST API reference:
 * Authentication).
 */
function keyHeaders({ hostname, searchParams }: URL, key: string): Record<string, string | null> {
  if (!searchParams.has('api-version')) return {};
  return { 'api-key': key, ...(hostname.endsWith('.azure.com') && { authorization: null }) };
}

/** Failures come in many forms, and the client recognises only one of them. */
function refusingFailures(send: Fetch): Fetch {
  return async (url, init) => {
    const response = await send(url, init);
    const { ok, status, headers } = response;
    if (ok) return response;
    throw new ModelError(failureOfResponse(status, headers, await readStart(response)));
  };
}

/** The body of a failure, up to the place where it is too large or breaks off. */
async function readStart({ body }: Response): Promise<string> {
  if (!body) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of body) text += decoder.decode(bytes, { stream: true });
  } catch {
    // The part that was read is enough.
  }
  return text;
}
