/** The story that the maker of the fixture and the test share: secrets, names, and how the model answers. */
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import {
  done,
  finish,
  hangs,
  type ModelServer,
  sentMessages,
  startModelServer,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { waitFor } from '../../../lab/counterparts/wait-for.ts';

export const MASTER_KEYS = `fixture:${Buffer.alloc(32, 7).toString('base64')}`;
export const WEB_TOKEN = 'the-access-token-of-the-fixture';

/** Keys that people set; each is stored sealed. */
export const KEYS = {
  discord: 'sk-of-the-server-1111',
  slack: 'sk-of-the-workspace-2222',
  page: 'sk-of-the-browser-3333',
} as const;

export const PERSONAS = {
  discord: 'You answer as a lighthouse keeper.',
  slack: 'You answer as a gardener.',
  page: 'You answer as a clockmaker.',
} as const;

export const ORG = 'E0GLOBEX';
export const FILE = { name: 'tides.txt', text: 'High water at noon.' };
export const DRAFT_FILE = { name: 'unsent.txt', text: 'Low water at six.' };

/** Fixed, since API keys are sealed for a base URL. Below the ports that systems give out by themselves. */
const MODEL_PORT = 24_817;
const OWN_PATH = '/own/v1';

export const OWN_BASE_URL = `http://127.0.0.1:${MODEL_PORT}${OWN_PATH}`;

/** Questions are told apart by such a word, which also names where they were asked. */
const TOKEN = /\b[dsp]-[a-z0-9-]+/g;

/** The whole answer to a question. */
export const answerTo = (token: string): string => `${beginningOf(token)} And the end of ${token}.`;
/** The part of an answer that is shown when the process is killed. */
export const beginningOf = (token: string): string => `The beginning of ${token}.`;

/** The question that a request asks last. */
export function tokenOf(request: ModelServer['requests'][number]): string {
  const last = sentMessages(request).findLast((one) => (one as { role?: string }).role === 'user');
  return JSON.stringify(last).match(TOKEN)?.at(-1) ?? 'none';
}

/** Answers in two halves. @param isCut whether the second never comes */
function answering(isCut: (token: string) => boolean): Behaviour {
  return async (exchange) => {
    const token = tokenOf(exchange.request);
    exchange.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    await text(beginningOf(token))(exchange);
    if (isCut(token)) return hangs(exchange);
    for (const step of [text(` And the end of ${token}.`), finish(), done]) await step(exchange);
    exchange.response.end();
  };
}

export async function startModel(isCut: (token: string) => boolean = () => false): Promise<ModelServer> {
  const model = await waitFor(() => startModelServer(MODEL_PORT).catch(() => undefined), {
    what: `port ${MODEL_PORT} to be free`,
  });
  model.serveAlsoBelow(OWN_PATH);
  model.respond(answering(isCut));
  return model;
}

/** The environment in which every version is started on the store. */
export function environment(modelUrl: string, storeUrl: string): Record<string, string> {
  return {
    STORE_URL: storeUrl,
    MASTER_KEYS,
    WEB_TOKEN,
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API_KEY: 'sk-of-the-operator-0000',
    OPENAI_MODEL: 'test-model',
    OPERATOR_MODELS: '*',
    TENANT_BASE_URLS: 'any',
    PERSON_AT_ONCE: '20',
    STOP_SECONDS: '1',
  };
}
