/** The script of a model server: which behaviour answers a request, and which requests came. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { pictureProblem } from './model-tools/picture-rules.ts';
import type { Problem } from './model-tools/problem.ts';
import { problemOf } from './model-tools/rules.ts';

export type Api = 'responses' | 'chat';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed JSON; empty if none was sent. */
  body: Record<string, unknown>;
  /** The body as it was sent, for example a form with a file. */
  sent: string;
  /** Resolves when the exchange is over: `whole` when all was sent, `gone` when the connection closed earlier. */
  closed: Promise<'whole' | 'gone'>;
}

export interface Exchange {
  api: Api;
  request: ReceivedRequest;
  response: ServerResponse;
}

/** The server's behaviour for a request, or one step of a stream. */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

/** The part of the server that a test sets and reads. */
export interface ModelScript {
  /** Requests received, oldest first, without those for the list of models. */
  requests: ReceivedRequest[];
  listRequests: ReceivedRequest[];
  /** Requests for one word, with which Parley tries a key, a base URL or a model. They are not in `requests`. */
  trials: ReceivedRequest[];
  /** Resolves when `count` requests have arrived. */
  received(count: number): Promise<void>;
  /** Sets one behaviour for each next request. The last one stays. */
  respond(...behaviours: [Behaviour, ...Behaviour[]]): void;
  /** Sets the behaviour for `GET /models`. */
  respondToList(behaviour: Behaviour): void;
  /** Requests with which Parley tries whether a model calls tools. They are not in `requests`. */
  toolTrials: ReceivedRequest[];
  /** Sets the behaviour for trials. A refused key is refused here, too. */
  respondToTrial(behaviour: Behaviour): void;
  respondToToolTrial(behaviour: Behaviour): void;
  /** Requests for pictures. They are not in `requests`. */
  pictures: ReceivedRequest[];
  /** Sets one behaviour for each next request for a picture that OpenAI would take. The last one stays. */
  respondToPictures(...behaviours: [Behaviour, ...Behaviour[]]): void;
  /** Sets the accepted keys, at first all. Requests with another key are refused. */
  accept(keys: string[] | 'all'): void;
  /** Sets the path of the endpoints, at first `/v1`. Other paths do not exist. */
  serveBelow(path: string): void;
  serveAlsoBelow(path: string): void;
  /** Keeps a file that code made in a container. */
  keepFile(container: string, id: string, bytes: Uint8Array): void;
  /** Requests for files of containers. */
  fileRequests: ReceivedRequest[];
  /** Requests for paths that do not exist. */
  lost: ReceivedRequest[];
  /** Requests that OpenAI would refuse for their form. They are in no other list, and nobody is billed for them. */
  malformed: ReceivedRequest[];
}

/** Words that stand in each trial (core/sentences/prompts.ts). */
const TRIAL = 'Answer with one word.';
const TOOL_TRIAL = 'parley_trial';
const ENDPOINTS = [
  '/chat/completions',
  '/responses',
  '/models',
  '/audio/transcriptions',
  '/images/generations',
  '/images/edits',
];
const PICTURES = /\/images\/(?:generations|edits)$/;

/** `GET /containers/{container_id}/files/{file_id}/content` (openai-openapi). */
const FILE = /\/containers\/([\w-]+\/files\/[\w-]+)\/content$/;

/** Behaviours until a test sets others, and those of refusals. */
interface Defaults {
  reply: Behaviour;
  list: Behaviour;
  /** For paths that do not exist. */
  nothingHere: Behaviour;
  /** For keys that are not accepted. */
  refusesKey: Behaviour;
  /** For requests that OpenAI would refuse. */
  refusesRequest(problem: Problem): Behaviour;
  /** For requests for pictures that OpenAI would refuse. */
  refusesPicture(problem: Record<string, unknown>): Behaviour;
}

/** The behaviours of a server, and the requests it received. */
export function createScript(defaults: Defaults) {
  let behaviours: Behaviour[] = [defaults.reply];
  let listBehaviour: Behaviour = defaults.list;
  const trials = [createTrials(TOOL_TRIAL, defaults.reply), createTrials(TRIAL, defaults.reply)] as const;
  const pictures = createPictures(defaults);
  let accepted: string[] | 'all' = 'all';
  let prefixes = ['/v1'];
  const files = createContainerFiles();
  const { requests, received, add } = createRequests();
  const others = otherRequests();

  async function play(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.path, 'http://localhost');
    const endpoint = ENDPOINTS.find((one) => pathname.endsWith(one));
    const isThere = prefixes.some((prefix) => pathname === `${prefix}${endpoint}`);
    const exchange: Exchange = { api: endpoint === '/responses' ? 'responses' : 'chat', request, response };
    // This server also plays other servers, which do not have these endpoints.
    if (endpoint !== undefined && !isThere) {
      others.lost.push(request);
      return defaults.nothingHere(exchange);
    }
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const isRefused = accepted !== 'all' && !accepted.includes(key);
    if (request.method === 'GET' && endpoint === '/models') {
      others.listRequests.push(request);
      return (isRefused ? defaults.refusesKey : listBehaviour)(exchange);
    }
    const file = FILE.exec(pathname)?.[1];
    if (file !== undefined) return files.play(file, exchange, defaults.nothingHere);
    if (PICTURES.test(pathname)) return pictures.play(exchange, isRefused);
    const trial = trials.find(({ isOne }) => isOne(request));
    if (trial) return (isRefused ? defaults.refusesKey : trial.play)(exchange);
    const problem = problemOf(exchange.api, request.body);
    if (problem && !isRefused) {
      others.malformed.push(request);
      return defaults.refusesRequest(problem)(exchange);
    }
    add(request);
    if (isRefused) return defaults.refusesKey(exchange);
    await nextOf(behaviours)?.(exchange);
  }

  const controls: ModelScript = {
    requests,
    ...others,
    received,
    ...pictures.controls,
    ...files.controls,
    respond(...next) {
      behaviours = next;
    },
    respondToList(next) {
      listBehaviour = next;
    },
    toolTrials: trials[0].requests,
    trials: trials[1].requests,
    respondToToolTrial: trials[0].respond,
    respondToTrial: trials[1].respond,
    accept(keys) {
      accepted = keys;
    },
    serveBelow(path) {
      prefixes = [path];
    },
    serveAlsoBelow: (path) => void prefixes.push(path),
  };
  return { play, controls };
}

/** The next behaviour. The last one stays. */
const nextOf = (behaviours: Behaviour[]) => (behaviours.length > 1 ? behaviours.shift() : behaviours[0]);

/** Requests that try a model. @param mark words that stand in each of them */
function createTrials(mark: string, reply: Behaviour) {
  const requests: ReceivedRequest[] = [];
  let behaviour = reply;
  return {
    requests,
    isOne: ({ sent }: ReceivedRequest) => sent.includes(mark),
    play(exchange: Exchange) {
      requests.push(exchange.request);
      return behaviour(exchange);
    },
    respond(next: Behaviour) {
      behaviour = next;
    },
  };
}

/** Files that code made in containers. */
function createContainerFiles() {
  const kept = new Map<string, Uint8Array>();
  const requests: ReceivedRequest[] = [];
  const controls: Pick<ModelScript, 'fileRequests' | 'keepFile'> = {
    fileRequests: requests,
    keepFile: (container, id, bytes) => void kept.set(`${container}/files/${id}`, bytes),
  };
  return {
    controls,
    play(file: string, exchange: Exchange, otherwise: Behaviour): void | Promise<void> {
      requests.push(exchange.request);
      const bytes = kept.get(file);
      if (!bytes) return otherwise(exchange);
      // Without a type, as OpenAI sends it (guides/tools-code-interpreter, "Work with files").
      exchange.response.writeHead(200, { 'content-type': 'application/binary' }).end(bytes);
    },
  };
}

/** The endpoints that make pictures. */
function createPictures({ nothingHere, refusesKey, refusesPicture }: Defaults) {
  let behaviours: Behaviour[] = [nothingHere];
  const pictures: ReceivedRequest[] = [];
  const controls: Pick<ModelScript, 'pictures' | 'respondToPictures'> = {
    pictures,
    respondToPictures(...next) {
      behaviours = next;
    },
  };
  return {
    controls,
    play(exchange: Exchange, isRefused: boolean): void | Promise<void> {
      const { request } = exchange;
      pictures.push(request);
      if (isRefused) return refusesKey(exchange);
      const problem = pictureProblem(request);
      if (problem) return refusesPicture(problem)(exchange);
      return nextOf(behaviours)?.(exchange);
    },
  };
}

const otherRequests = (): Record<'listRequests' | 'lost' | 'malformed', ReceivedRequest[]> => ({
  listRequests: [],
  lost: [],
  malformed: [],
});

/** The received requests, and who waits for them. */
function createRequests() {
  const requests: ReceivedRequest[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  return {
    requests,
    add(request: ReceivedRequest) {
      requests.push(request);
      for (const { resolve } of waiting.filter(({ count }) => requests.length >= count)) resolve();
      waiting = waiting.filter(({ count }) => requests.length < count);
    },
    received: (count: number): Promise<void> =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
  };
}
