/**
 * The JSON of `/api`, between the page and the server; shared by both sides.
 *
 * | request | answer |
 * |---|---|
 * | `GET /api/state` | `State` |
 * | `GET /api/about` | `AboutView` |
 * | `GET /api/usage?month=MONTH&by=BY` | `UsageView`; by `day`, `model` or `kind`, of a month such as `2026-11` |
 * | `GET /api/models` | `{ models: string[] }`, asked from the provider in use |
 * | `POST /api/dictation`, recorded audio as body | `DictatedText` (api/dictation.ts); 422 with the reason where there is none |
 * | `PATCH /api/settings` `SettingsChange` | `SettingsSaved`; 422 for a model that is not there |
 * | `PUT /api/settings/key` `{ key }` | `{ settings: SettingsView, warning?: string }`; 422 for a key that is not accepted |
 * | `DELETE /api/settings/key` | `SettingsView` |
 * | `GET /api/personas` | `{ personas: PersonaView[] }` (api/personas.ts), by name |
 * | `PUT /api/personas/:id` `PersonaChange` | `SettingsView`; 409 if another has that name, or there are too many |
 * | `DELETE /api/personas/:id` | `SettingsView` |
 * | `GET /api/events?seen=VERSION&window=WINDOW` | server-sent events, see `SessionEvents` |
 * | `DELETE /api/session` | 204, or `SignedOut` (api/account.ts): signed out; all that was kept of the session is deleted, unless its person signed in |
 * | `GET /api/account/sessions` | `AccountSessions` of the person who signed in |
 * | `DELETE /api/account/sessions/:id` | 204: that session has ended |
 * | `POST /api/account/export` | a ZIP with everything of the person |
 * | `POST /api/account/before` `BeforeChoice` | `AccountView`: what the browser had before was taken along, or deleted |
 * | `DELETE /api/account` | `AccountReceipt`: everything of the person is deleted |
 * | `GET /api/admin/…` | for operators: see api/admin.ts |
 * | `DELETE /api/people/:person/sessions` | 204: all sessions of that person have ended; for operators who signed in |
 * | `POST /api/conversations` `NewConversation` | 201 `ConversationView`; 200 when there is one of that id |
 * | `GET /api/conversations/:id?before=SEQ` | `TurnsPage`: the newest turns below a place, oldest first; without `before` the newest of all |
 * | `GET /api/conversations?before=PLACE&archived=true` | `ConversationList` (api/lists.ts): one page of the list, or of the archived ones |
 * | `GET /api/search?q=WORDS` | `SearchHits` (api/search.ts): hits in titles and texts, the best first |
 * | `POST /api/conversations/deletions` `{ ids }` | 204: all of them are deleted, up to `MOST_DELETED` |
 * | `PATCH /api/conversations/:id` `ConversationChange` (api/lists.ts) | `ConversationView` |
 * | `PUT /api/conversations/:id/choices` `ConversationChoices` | `ConversationView`; 403 for a model that the operator does not pay for |
 * | `DELETE /api/conversations/:id` | 204 |
 * | `GET /api/conversations/:id/export?as=KIND` | a file of the branch that is shown: `markdown`, or `json` (api/export.ts) |
 * | `POST /api/conversations/:id/share` | 201 `ShareLink` (api/share.ts): a copy that anybody with the link can read |
 * | `POST /api/import` `ImportBatch` | `{ outcomes: ImportOutcome[] }` (api/import.ts): conversations of a file, a few at a time |
 * | `GET /api/shares` | `{ shares: ShareLink[] }`: the person's own links, newest first |
 * | `POST /api/shares/:share/copy` | 201 `ConversationView`: a copy of what anybody shared, in the own list |
 * | `DELETE /api/shares/:share` | 204: the link has ended |
 * | `POST /api/conversations/:id/attachments?name=NAME`, the bytes as body | 201 `AttachmentView`; with `&begins=true` also before the conversation has begun |
 * | `GET /api/conversations/:id/attachments/:attachment` | the bytes |
 * | `POST /api/conversations/:id/messages` `NewMessage` | 202 `Accepted`; 200 when seen before, with `turn: null` when it is part of a later message by now |
 * | `DELETE /api/conversations/:id/turns/:turn` | 204: the message is gone, and its answer |
 * | `GET /api/conversations/:id/turns/:turn/events` | server-sent events, see `TurnEvents`; with `?seen=VERSION&window=WINDOW` also `SessionEvents` |
 * | `GET /api/conversations/:id/turns/:turn/thoughts` | `{ thoughts: string }`: the model's reasoning, plain text |
 * | `GET /api/conversations/:id/turns/:turn/steps` | `{ steps: StepDetails[] }` (api/steps.ts): what the tools were asked for, and what came of it |
 * | `POST /api/conversations/:id/turns/:turn/short` | `{ short: string }`: the answer in three sentences, Markdown; 422 with the reason where there is none |
 * | `POST /api/conversations/:id/turns/:turn/stop` | 204 |
 * | `POST /api/conversations/:id/turns/:turn/retry` | 202 `{ turn: TurnView }`: answered again |
 * | `POST /api/conversations/:id/turns/:turn/continue` | 202 `Accepted`: a turn of its own that continues the last answer where it was cut; 200 when there is one already |
 * | `POST /api/conversations/:id/turns/:turn/edit` `EditedMessage` (api/branches.ts) | as `messages`: a new message in place of that one, on a new branch |
 * | `POST /api/conversations/:id/turns/:turn/regenerate` `OtherAnswer` | as `messages`: the same message on a new branch, answered anew |
 * | `PUT /api/conversations/:id/shown` `ShownBranch` | `ConversationView`: that branch is shown from now on |
 *
 * A request about a conversation is about the branch that is shown, or the one in `?branch=`.
 *
 * A request names its own window in `WINDOW_HEADER`; that window is not told of the change it made. A read without it
 * is refused: other sites can make a browser read, but not with a header. The page names its own address in
 * `ORIGIN_HEADER`. The answer to a change has the session's new version in `VERSION_HEADER`.
 *
 * Every failure is `{ error: { code, message } }` with its status; `message` is a sentence for the person.
 */

import type { ConversationChoices } from '../../core/choices/conversation-choices.ts';
import type { WhenBusy } from '../../core/settings.ts';
import type { StepState } from '../../core/turn/tools/step.ts';
import type { End } from '../../core/types.ts';
import type { AccountView, OfferedService } from './api/account.ts';
import type { Versions } from './api/branches.ts';
import type { PersonaName } from './api/personas.ts';
import type { SettingView } from './api/setting.ts';

export interface State {
  /** The first page of the list. */
  conversations: ConversationView[];
  /** The `before` of the list's next page; null: there is none. */
  moreConversations: string | null;
  settings: SettingsView;
  /** The person who signed in; null: nobody did, the session belongs to this browser. */
  account: AccountView | null;
  /** Services at which somebody could sign in who has not. */
  services: OfferedService[];
  limits: Limits;
  /** Advice to the operator on how the page is reached, as a sentence. */
  advice: string | null;
  /** The version of what was read, or an older one; see `SessionEvents`. */
  version: string;
}

/** An answer with more characters than this can be read in short. */
export const LONG_ANSWER = 3_000;

export const WINDOW_HEADER = 'parley-window';
export const ORIGIN_HEADER = 'parley-origin';
export const VERSION_HEADER = 'parley-version';

export interface Limits {
  messageCharacters: number;
  attachmentBytes: number;
  attachments: number;
}

export interface ConversationView {
  id: string;
  title: string;
  /** The time of its last message, milliseconds since 1970. */
  at: number;
  /** Stands before all others in the list. */
  pinned?: boolean;
  archived?: boolean;
  /** An answer came while nobody looked. */
  unread?: boolean;
  /** The branch that is shown, as in `ShownBranch`. Absent: the trunk. */
  shown?: string;
  /** Its own choices; absent or empty: the settings. */
  chosen?: ConversationChoices;
  /** The platform of a person's direct messages, such as `slack`. They are read here, and changed there alone. */
  platform?: string;
}

export interface SettingsView {
  /** The person's choice; null means "as the operator set it". */
  model: string | null;
  /** The models to choose among, because the operator pays; null: any. */
  offered: string[] | null;
  baseUrl: string | null;
  persona: string;
  /** Those that can be chosen for one conversation, by name. */
  personas: PersonaName[];
  /** How messages that come while another is answered are treated; `collect`: all that wait are answered together. */
  whenBusy: WhenBusy;
  /** The key stored for the base URL in use; never more of it than its last four characters. */
  key: { last4: string } | null;
  mayChangeBaseUrl: boolean;
  /** The settings that core lists for the page, in the order they are shown. */
  fields: SettingView[];
  /** Who answers with these settings. */
  using: {
    source: 'demo' | 'operator' | 'own' | 'none';
    model: string;
    baseUrl: string | null;
    hasKey: boolean;
  };
}

/** `warning`: a sentence about what could not be tried. */
export interface SettingsSaved extends SettingsView {
  warning?: string;
}

/**
 * Absent fields stay as they are; null goes back to the operator's default. Any setting of `SettingsView.fields` may
 * be given by its id, as it would be typed.
 */
export interface SettingsChange {
  model?: string | null;
  baseUrl?: string | null;
  persona?: string | null;
  whenBusy?: WhenBusy | null;
  [id: string]: string | number | null | undefined;
}

export interface AttachmentView {
  id: string;
  name: string;
  /** A media type, such as `image/png` or `text/plain`. */
  type: string;
  /** Bytes. */
  size: number;
}

/** A picture or file that an answer shows. Its bytes are read like those of an attachment. */
export interface MadeFileView extends AttachmentView {
  /** Its content in words. */
  alt: string;
}

export interface NewConversation {
  /** A UUID made by the page: the same one asked for again is the same conversation. */
  id?: string;
}

export interface NewMessage {
  /** A UUID made by the page: the same message sent again is the same turn. */
  id: string;
  text: string;
  /** Ids of attachments uploaded to this conversation before. */
  attachments: string[];
  /** The choices with which it is answered; absent: those of the conversation. */
  chosen?: ConversationChoices;
  /** Begins the conversation if there is none of that id. A refused message begins none. */
  begins?: boolean;
}

/** A message that is stored in its conversation. */
export interface Accepted {
  turn: TurnView | null;
  /** The conversation's new entry in the list. */
  conversation: ConversationView;
}

export interface TurnView {
  id: string;
  /** Place in the conversation, rising. */
  seq: number;
  text: string;
  attachments: AttachmentView[];
  /** The answer, Markdown; empty while `live`: it then comes as events. */
  answer: string;
  end: End | null;
  /** A sentence Parley says by itself about this turn, such as why the answer broke off. */
  notice: string | null;
  /** When the message came, milliseconds since 1970. */
  at: number;
  /** When the answer ended, milliseconds since 1970. */
  endedAt?: number;
  /** Being answered, or waiting to be, right now or once Parley is back. */
  live: boolean;
  /** The turn is `live`, but another turn is answered first. */
  waits?: true;
  /** The model's reasoning was kept and can be read. */
  hasThoughts?: true;
  /** The model that wrote the answer, by the name that its server gave. */
  model?: string;
  /** Parley's small line about the answer, as plain text; empty or absent: none. */
  footer?: string;
  /** Pictures and files that the answer shows. */
  files?: MadeFileView[];
  /** The tools that the model used, oldest first; while `live` they come as events. */
  steps?: StepView[];
  /** Only where it has other versions, and only where a conversation is read. */
  versions?: Versions;
}

/** A page of turns, oldest first. It has all turns between its first place and the place that was asked for. */
export interface TurnsPage {
  conversation: ConversationView;
  turns: TurnView[];
  /** Whether there are turns before the first of these. */
  more: boolean;
  /** No turn of the conversation has a `seq` below this one. */
  first: number;
}

/** One call of a tool. */
export interface StepView {
  id: string;
  state: StepState;
  /** Parley's line about it, as plain text. */
  says: string;
}

/**
 * The events of one turn, from where the reader is to its end, wherever and however often it is answered. An event
 * with text has an id: a reader that comes back with it as `Last-Event-ID` goes on from there. After `end` or `gone`
 * the server closes, and the reader must close too; after `restarting` it must come back.
 */
export interface TurnEvents {
  /** It is `thinking` where no event says otherwise. */
  status: { status: 'waiting' | 'thinking' | 'retrying' | 'restarting' };
  /**
   * The answer is the first `from` UTF-16 units that the reader has, then this text. `from` is 0 where the
   * answer starts again. `retracts`: the reader's text was no answer and disappears at once.
   */
  text: { from: number; text: string; retracts?: true };
  /** All steps so far, and the model's own words about what it does; null: none. */
  steps: { steps: StepView[]; progress: string | null };
  end: { end: End } & Pick<
    TurnView,
    'notice' | 'endedAt' | 'hasThoughts' | 'model' | 'footer' | 'steps' | 'files'
  >;
  /** Nothing new, but the connection holds. */
  here: Record<string, never>;
  /** The turn is not there any more: forgotten, or part of a later one. What there is must be read again. */
  gone: Record<string, never>;
}

/**
 * Changes in a session: conversations, their turns and titles, and settings. Each change has its own version. A
 * reader names the version it has seen; if that is not the newest, it is told at once and reads again what it
 * shows. So a lost connection misses nothing, and nothing is stored for it.
 */
export interface SessionEvents {
  /** `conversation` null: any of them may have changed. `own`: the reading window made this change itself. */
  changed: { version: string; conversation: string | null; own: boolean };
  here: Record<string, never>;
  status: { status: 'restarting' };
}

/**
 * Between two events `here`: keeps proxies from closing a connection on which a model is thinking, and tells a reader
 * who hears nothing for longer that the connection is dead.
 */
export const HEARTBEAT_MS = 15_000;

export interface ApiFailure {
  error: { code: string; message: string };
}
