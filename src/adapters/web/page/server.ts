import type {
  AttachmentView,
  ConversationView,
  Failure,
  NewConversation,
  NewMessage,
  SettingsChange,
  SettingsView,
  State,
  TurnView,
} from '../api.ts';

/** Not reached; or a proxy does not reach it, or it does not reach its store. */
const PASSING = [0, 502, 503, 504];

/** The server could not be reached, or refused. `message` is a sentence for the person. */
export class ServerError extends Error {
  override name = 'ServerError';
  /** The HTTP status; 0 when it could not be reached. */
  readonly status: number;
  /** Whether the same request may succeed in a moment, such as after a restart. */
  get isPassing(): boolean {
    return PASSING.includes(this.status);
  }
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Turns whatever was thrown into the sentence a person reads. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  console.error(error);
  return 'Something went wrong in this page. Reload it, then try again.';
}

/** After so long a connection is dead, whatever the browser thinks. */
const LONGEST_MS = 60_000;
const UNREACHABLE = 'Parley cannot be reached. Check that it is running, then try again.';

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const raw = body instanceof Blob;
  const headers = raw ? { 'Content-Type': body.type } : { 'Content-Type': 'application/json' };
  const content = raw ? body : JSON.stringify(body);
  // A file takes as long as it takes.
  const signal = raw ? null : AbortSignal.timeout(LONGEST_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(
      `/api/${path}`,
      body === undefined ? { method, signal } : { method, headers, body: content, signal },
    );
    text = await response.text();
  } catch {
    throw new ServerError(UNREACHABLE, 0);
  }
  if (response.status === 401) {
    // Access has run out; the server shows how to get in again.
    location.reload();
    return new Promise<never>(() => {});
  }
  const answer = parse(text);
  if (response.ok) return answer as T;
  const failure = answer as Failure | undefined;
  throw new ServerError(
    failure?.error?.message ?? `Parley answered with an error (${response.status}).`,
    response.status,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface TurnsPage {
  conversation: ConversationView;
  turns: TurnView[];
  more: boolean;
}

const conversation = (id: string) => `conversations/${encodeURIComponent(id)}`;
const turn = (id: string, turnId: string) => `${conversation(id)}/turns/${encodeURIComponent(turnId)}`;

export const eventsUrl = (id: string, turnId: string) => `/api/${turn(id, turnId)}/events`;
export const attachmentUrl = (id: string, attachment: string) =>
  `/api/${conversation(id)}/attachments/${encodeURIComponent(attachment)}`;

/** The requests of `../api.ts`, one function each. Every one throws `ServerError`. */
export const server = {
  state: () => call<State>('GET', 'state'),
  models: () => call<{ models: string[] }>('GET', 'models'),
  changeSettings: (change: SettingsChange) => call<SettingsView>('PATCH', 'settings', change),
  saveKey: (key: string) =>
    call<{ settings: SettingsView; warning?: string }>('PUT', 'settings/key', { key }),
  removeKey: () => call<SettingsView>('DELETE', 'settings/key'),

  create: (id: string) => call<ConversationView>('POST', 'conversations', { id } satisfies NewConversation),
  read: (id: string, before?: number) =>
    call<TurnsPage>('GET', before === undefined ? conversation(id) : `${conversation(id)}?before=${before}`),
  rename: (id: string, title: string) => call<ConversationView>('PATCH', conversation(id), { title }),
  remove: (id: string) => call<void>('DELETE', conversation(id)),

  upload: (id: string, name: string, bytes: Blob) =>
    call<AttachmentView>('POST', `${conversation(id)}/attachments?name=${encodeURIComponent(name)}`, bytes),
  send: (id: string, message: NewMessage) =>
    call<{ turn: TurnView | null }>('POST', `${conversation(id)}/messages`, message),
  stop: (id: string, turnId: string) => call<void>('POST', `${turn(id, turnId)}/stop`, {}),
  retry: (id: string, turnId: string) => call<{ turn: TurnView }>('POST', `${turn(id, turnId)}/retry`, {}),
};
