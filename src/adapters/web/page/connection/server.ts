import type { ConversationChoices } from '../../../../core/choices/conversation-choices.ts';
import type { AboutView } from '../../api/about.ts';
import type { SignedOut } from '../../api/account.ts';
import type { EditedMessage, OtherAnswer } from '../../api/branches.ts';
import type { DictatedText } from '../../api/dictation.ts';
import type { ConversationChange, ConversationList } from '../../api/lists.ts';
import type { SearchHits } from '../../api/search.ts';
import type { StepDetails } from '../../api/steps.ts';
import type { UsageView } from '../../api/usage.ts';
import {
  type Accepted,
  type ApiFailure,
  type AttachmentView,
  type ConversationView,
  type NewMessage,
  ORIGIN_HEADER,
  type SettingsChange,
  type SettingsSaved,
  type SettingsView,
  type State,
  type TurnsPage,
  type TurnView,
  VERSION_HEADER,
  WINDOW_HEADER,
} from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { branchQuery } from './shown-branch.ts';
import { advance, WINDOW } from './version.ts';

/** Statuses that pass: the server was not reached, a proxy does not reach it, or it does not reach its store. */
const PASSING = [0, 502, 503, 504];

/** The server could not be reached, or refused. `message` is a sentence for the person. */
export class ServerError extends Error {
  override name = 'ServerError';
  /** The HTTP status; 0 when it could not be reached. */
  readonly status: number;
  /** The server's code for its refusal; empty where it gave none. */
  readonly code: string;
  /** Whether the same request may succeed in a moment, such as after a restart. */
  get isPassing(): boolean {
    return PASSING.includes(this.status);
  }
  constructor(message: string, status: number, code = '') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Turns a thrown value into the sentence a person reads. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  console.error(error);
  return onPage.problems.BUG;
}

/** Timeout of a request, ms. The browser itself would wait longer. */
const LONGEST_MS = 60_000;

/** Headers that other sites can't send, and that tell the server how it is reached. */
export const OWN_HEADERS = { [WINDOW_HEADER]: WINDOW, [ORIGIN_HEADER]: location.origin };

let contactsMade = 0;
/** Number of times the server was reached and worked. */
export const contacts = () => contactsMade;

let isLeaving = false;
/** Keeps the page as it is from now on, though requests are refused: its person leaves it, or reads a receipt. */
export function leaveWithoutReload(leaves = true): void {
  isLeaving = leaves;
}

/** One request to the API. @param longestMs its timeout @throws ServerError */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  longestMs = LONGEST_MS,
): Promise<T> {
  const raw = body instanceof Blob;
  const headers = {
    ...OWN_HEADERS,
    ...(body !== undefined && { 'Content-Type': raw ? body.type : 'application/json' }),
  };
  const content = raw ? body : JSON.stringify(body);
  // An upload has no timeout, since a file may take long.
  const signal = raw ? null : AbortSignal.timeout(longestMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: content }),
    });
    text = await response.text();
  } catch {
    throw new ServerError(onPage.problems.UNREACHABLE, 0);
  }
  if (response.status === 401 && !isLeaving) {
    // Access has run out; the server shows how to get in again.
    location.reload();
    return new Promise<never>(() => {});
  }
  const answer = parse(text);
  if (!PASSING.includes(response.status)) contactsMade++;
  const version = response.headers.get(VERSION_HEADER);
  if (version !== null) advance(version);
  if (response.ok) return answer as T;
  const failure = answer as ApiFailure | undefined;
  throw new ServerError(
    failure?.error?.message ?? onPage.problems.failed(response.status),
    response.status,
    failure?.error?.code,
  );
}

/**
 * Reads a page of turns synchronously, so the rest of the page stands still; undefined on failure. Only for
 * printing, which does not wait for later content.
 */
function readAtOnce(id: string, before: number): TurnsPage | undefined {
  const request = new XMLHttpRequest();
  request.open('GET', `/api/${earlier(id, before)}`, false);
  request.setRequestHeader(WINDOW_HEADER, WINDOW);
  try {
    request.send();
  } catch {
    return undefined;
  }
  return request.status === 200 ? (parse(request.responseText) as TurnsPage | undefined) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const conversation = (id: string) => `conversations/${encodeURIComponent(id)}`;
/** @param action such as `/stop` */
const turn = (id: string, turnId: string, action = '') =>
  `${conversation(id)}/turns/${encodeURIComponent(turnId)}${action}${branchQuery(id)}`;

export const eventsUrl = (id: string, turnId: string) => `/api/${turn(id, turnId, '/events')}`;
const earlier = (id: string, before: number) => `${conversation(id)}?before=${before}${branchQuery(id, '&')}`;

export const sessionEventsUrl = '/api/events';
export const attachmentUrl = (id: string, attachment: string) =>
  `/api/${conversation(id)}/attachments/${encodeURIComponent(attachment)}`;

export const exportUrl = (id: string, kind: string) => `/api/${conversation(id)}/export?as=${kind}`;

/** The bytes of a file that the server keeps. Throws `ServerError`. */
export async function attachedBytes(url: string): Promise<Blob> {
  try {
    const response = await fetch(url, { headers: OWN_HEADERS });
    if (response.ok) return await response.blob();
    throw new ServerError(onPage.problems.FILE_GONE, response.status);
  } catch (error) {
    if (error instanceof ServerError) throw error;
    throw new ServerError(onPage.problems.UNREACHABLE, 0);
  }
}

/** The requests of `../../api.ts`, one function each. Every one throws `ServerError`. */
export const server = {
  state: () => call<State>('GET', 'state'),
  signOut: () => call<SignedOut | undefined>('DELETE', 'session'),
  about: () => call<AboutView>('GET', 'about'),
  usage: (month: string, by: string) => call<UsageView>('GET', `usage?${new URLSearchParams({ month, by })}`),
  models: () => call<{ models: string[] }>('GET', 'models'),
  changeSettings: (change: SettingsChange) => call<SettingsSaved>('PATCH', 'settings', change),
  saveKey: (key: string) =>
    call<{ settings: SettingsView; warning?: string }>('PUT', 'settings/key', { key }),
  removeKey: () => call<SettingsView>('DELETE', 'settings/key'),

  /** The newest turns of the branch that is shown, or those before a seq, of the branch that is shown here. */
  read: (id: string, before?: number) =>
    call<TurnsPage>('GET', before === undefined ? conversation(id) : earlier(id, before)),
  readAtOnce,
  list: (before?: string, archived = false) =>
    call<ConversationList>(
      'GET',
      `conversations?${new URLSearchParams({ ...(before !== undefined && { before }), archived: `${archived}` })}`,
    ),
  search: (words: string) => call<SearchHits>('GET', `search?${new URLSearchParams({ q: words })}`),
  change: (id: string, change: ConversationChange) =>
    call<ConversationView>('PATCH', conversation(id), change),
  removeMany: (ids: string[]) => call<void>('POST', 'conversations/deletions', { ids }),
  choose: (id: string, chosen: ConversationChoices) =>
    call<ConversationView>('PUT', `${conversation(id)}/choices`, chosen),
  remove: (id: string) => call<void>('DELETE', conversation(id)),

  /** Also works before the conversation has begun. */
  upload: (id: string, name: string, bytes: Blob) =>
    call<AttachmentView>(
      'POST',
      `${conversation(id)}/attachments?begins=true&name=${encodeURIComponent(name)}`,
      bytes,
    ),
  dictate: (audio: Blob) => call<DictatedText>('POST', 'dictation', audio),
  send: (id: string, message: NewMessage, branch?: string) =>
    call<Accepted>(
      'POST',
      `${conversation(id)}/messages${branch === undefined ? '' : `?branch=${branch}`}`,
      message,
    ),
  edit: (id: string, turnId: string, message: EditedMessage) =>
    call<Accepted>('POST', turn(id, turnId, '/edit'), message),
  regenerate: (id: string, turnId: string, wanted: OtherAnswer) =>
    call<Accepted>('POST', turn(id, turnId, '/regenerate'), wanted),
  showBranch: (id: string, branch: string) =>
    call<ConversationView>('PUT', `${conversation(id)}/shown`, { branch }),
  stop: (id: string, turnId: string) => call<void>('POST', turn(id, turnId, '/stop'), {}),
  retry: (id: string, turnId: string) => call<{ turn: TurnView }>('POST', turn(id, turnId, '/retry'), {}),
  removeTurn: (id: string, turnId: string) => call<void>('DELETE', turn(id, turnId)),
  goOn: (id: string, turnId: string) => call<Accepted>('POST', turn(id, turnId, '/continue'), {}),
  short: (id: string, turnId: string) => call<{ short: string }>('POST', turn(id, turnId, '/short'), {}),
  steps: (id: string, turnId: string) => call<{ steps: StepDetails[] }>('GET', turn(id, turnId, '/steps')),
  thoughts: (id: string, turnId: string) => call<{ thoughts: string }>('GET', turn(id, turnId, '/thoughts')),
};
