/** Fetches one page, with each redirect checked, within limits of time and size. */
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { BodyTooLarge, createBoundedFetch, type Fetch } from '../../core/network/bounded-fetch.ts';
import { lookupAllowing, PrivateAddress } from '../../core/network/public-address.ts';
import { pageAddress } from '../../core/turn/tools/known-addresses.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { Reach } from './reach.ts';

export interface FetchedPage {
  /** The address after the redirects. */
  url: string;
  /** As the server named it, possibly empty. */
  type: string;
  bytes: Buffer;
}

export type WhyNotFetched =
  /** No http or https address, or one with a password. */
  | 'address'
  | 'private'
  | 'port'
  | 'redirects'
  | 'unreachable'
  | 'certificate'
  | 'slow'
  | 'large'
  /** The server answered with a failure; `status` says which. */
  | 'status';

export class PageFailure extends Error {
  override name = 'PageFailure';
  readonly why: WhyNotFetched;
  readonly status: number | undefined;
  constructor(why: WhyNotFetched, status?: number) {
    super(why);
    this.why = why;
    this.status = status;
  }
}

export interface FetchPageOptions {
  reach: Reach;
  /** For the page with all its redirects, ms. */
  deadlineMs: number;
  /** Most unpacked bytes of a page. */
  mostBytes: number;
}

/** @throws PageFailure, or the signal's reason */
export type FetchPage = (url: string, signal: AbortSignal) => Promise<FetchedPage>;

const MOST_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
/** An idle connection is closed after this long, since the next page is mostly somewhere else (ms). */
const IDLE_MS = 1_000;
/** Bytes of headers. */
const MOST_HEADERS = 32_768;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const ACCEPT =
  'text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/json;q=0.9,application/pdf;q=0.9,*/*;q=0.5';
/** Errors of TLS (nodejs.org/api/tls.html: X509 certificate error codes). */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;

export function createFetchPage({ reach, deadlineMs, mostBytes }: FetchPageOptions): FetchPage {
  const send = createBoundedFetch(() => mostBytes);
  const dispatcher = agentIn(reach, mostBytes);
  return async (address, signal) => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const both = AbortSignal.any([signal, deadline]);
    try {
      let url = checked(pageAddress(address) ?? '', reach);
      for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
        const answer = await askOnce(send, url, dispatcher, both);
        if ('bytes' in answer) return answer;
        url = checked(answer.location, reach);
      }
      throw new PageFailure('redirects');
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, deadline.aborted);
    }
  };
}

/** Connects to addresses within reach alone. A redirect gets no other way out than the first request. */
function agentIn(reach: Reach, mostBytes: number): Agent {
  const lookup = lookupAllowing(reach.takesAddress);
  const connectChecked = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup });
  return new Agent({
    maxHeaderSize: MOST_HEADERS,
    // Compression can also hold endless data that unpacks to nothing.
    maxResponseSize: mostBytes,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    connect(options, callback) {
      const { hostname } = options;
      // The client connects to an address without a look-up, so the address is checked here.
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !reach.takesAddress(literal)) callback(new PrivateAddress(), null);
      else connectChecked(options, callback);
    },
  });
}

/** @throws PageFailure */
function checked(address: string, { takesPort, takesAddress }: Reach): URL {
  const page = pageAddress(address);
  if (page === undefined || !/^https?:/i.test(address)) throw new PageFailure('address');
  const url = new URL(page);
  const usual = url.protocol === 'https:' ? 443 : 80;
  if (!takesPort(url.port === '' ? usual : Number(url.port))) throw new PageFailure('port');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !takesAddress(literal)) throw new PageFailure('private');
  return url;
}

async function askOnce(
  send: Fetch,
  url: URL,
  dispatcher: Agent,
  signal: AbortSignal,
): Promise<FetchedPage | { location: string }> {
  const init = {
    redirect: 'manual' as const,
    headers: { accept: ACCEPT, 'user-agent': USER_AGENT },
    credentials: 'omit' as const,
    referrerPolicy: 'no-referrer' as const,
    dispatcher,
    signal,
  };
  const response = await send(url, init);
  const { status, headers } = response;
  const location = REDIRECTS.has(status) ? headers.get('location') : null;
  if (location !== null && URL.canParse(location, url)) {
    await response.body?.cancel();
    return { location: new URL(location, url).href };
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new PageFailure('status', status);
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  return { url: url.href, type: headers.get('content-type') ?? '', bytes };
}

function failureOf(error: unknown, isLate: boolean): PageFailure {
  if (error instanceof PageFailure) return error;
  if (isLate) return new PageFailure('slow');
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PrivateAddress) return new PageFailure('private');
    const code = 'code' in cause ? String(cause.code) : '';
    if (cause instanceof BodyTooLarge || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
      return new PageFailure('large');
    // `fetch` refuses ports of other services (fetch.spec.whatwg.org: bad port).
    if (cause.message === 'bad port') return new PageFailure('port');
    if (CERTIFICATE.test(code)) return new PageFailure('certificate');
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return new PageFailure('slow');
  }
  return new PageFailure('unreachable');
}
