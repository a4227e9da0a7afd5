/** A Parley whose titles a model writes. */
import type { Behaviour } from '../../../../lab/counterparts/model-script.ts';
import { answers, type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { untilGone } from '../../kept-rows.ts';

export const SMALL = 'small-model';
export const TITLES_ON = { OPENAI_TITLE_MODEL: SMALL, OPENAI_API_KEY: 'sk-operator' };

/** Answers everybody, and titles with `title`, whichever comes first. */
export const titles =
  (title: Behaviour, answer: Behaviour = answers('An answer.')): Behaviour =>
  (exchange) =>
    (exchange.request.body.model === SMALL ? title : answer)(exchange);

export const titleRequests = (model: ModelServer) =>
  model.requests.filter(({ body }) => body.model === SMALL);

export interface TitledParley extends AsyncDisposable {
  model: ModelServer;
  parley: Parley;
  browser: Browser;
  stop(): Promise<void>;
}

export async function startTitled(env: Record<string, string> = {}): Promise<TitledParley> {
  const model = await startModelServer();
  const parley = await startParley({ OPENAI_BASE_URL: model.url, ...TITLES_ON, ...env });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= parley.app.stop());
  return {
    stop,
    model,
    parley,
    browser: parley.browser(),
    async [Symbol.asyncDispose]() {
      await stop();
      await model.stop();
    },
  };
}

/** Sends a message, and reads its answer to the end. Returns the turn's id. */
export async function asks(browser: Browser, conversation: string, text: string): Promise<string> {
  const { id } = await browser.send(conversation, text);
  await browser.follow(conversation, id);
  return id;
}

export const titleIn = async (browser: Browser, conversation: string) =>
  (await browser.state()).conversations.find(({ id }) => id === conversation)?.title;

/** Resolves when each title is kept or given up. */
export const noneUnderWay = ({ folder }: { folder: string }) => untilGone(folder, '|title web:');

export const rename = (browser: Browser, conversation: string, title: string) =>
  browser.fetch(`/api/conversations/${conversation}`, { method: 'PATCH', json: { title } });
