/**
 * The key of every kind of row, with the file that owns the rows and the shape of their values. A key is a kind and the
 * ids behind it, apart by `|`. Called with an empty id, a maker gives the prefix of all keys before that id.
 *
 * Stores of older versions hold these keys: none may be spelled otherwise. Some kinds are therefore older words than those
 * the code uses today. A note's kind behind its owner is that owner's: platforms make their own (`src/chat`,
 * `src/adapters`). Only cli/doctor makes a key by itself, for a row that is gone when its check ends.
 */
import { createHash } from 'node:crypto';
import type { BookingKind, Payer } from '../core/money/booking.ts';
import type { BookRow } from '../core/money/books.ts';
import { monthOf } from '../core/money/periods.ts';
import type { FileOwner } from '../core/storage.ts';
import type { ConversationId, TenantId } from '../core/types.ts';

/** Characters of the hash that stands for long ids in a key: 96 bits, so no two of them are the same. */
const HASH_CHARACTERS = 16;

/** Stands for long ids in the keys of many rows. */
export function shortOf(...ids: string[]): string {
  return createHash('sha256').update(ids.join('\0')).digest('base64url').slice(0, HASH_CHARACTERS);
}

/** tables/transcript-rows: the `Head` of a transcript. Also the name under which a conversation's rows are changed. */
export const headKey = (conversation: ConversationId) => `head|${conversation}`;

/** tables/transcript-rows: the turn at a place of a transcript, as `PackedTurn` or `Removed`. */
export const turnKey = (conversation: ConversationId, seq: number | '') =>
  `t|${shortOf(conversation)}|${seq}`;

/** tables/transcript-rows: the seq of a message's turn; -1 once the turn is forgotten. */
export const messageKey = (conversation: ConversationId, messageId: string) =>
  `m|${shortOf(conversation, messageId)}`;

/** tables/transcript-rows: as `turnKey`, from Parley 0.1.0. */
export const oldTurnKey = (conversation: ConversationId, seq: number | '') => `turn|${conversation}|${seq}`;

/** The beginnings of the keys of turns, whatever their conversation. */
export const TURNS = ['t|', 'turn|'];

/** tables/transcript-rows: as `messageKey`, from Parley 0.1.0. */
export const oldMessageKey = (conversation: ConversationId, messageId: string) =>
  `message|${conversation}|${messageId}`;

/** tables/notes: the notes of a transcript, as `NotesRow`. The kind `note` is that of adapter state. */
export const summaryKey = (conversation: ConversationId) => `summary|${conversation}`;

/** tables/response-cache: the turn whose answer may be given again to a request, as `Row`, by the request's digest. */
export const responseKey = (digest: string) => `response|${digest}`;

/** branches/branch-list: the branches of a conversation, as `BranchesRow`. */
export const branchesKey = (trunk: ConversationId) => `branches|${trunk}`;

/** queue/rows/drafts: the `Draft` of the answer to a message. */
export const draftKey = (conversation: ConversationId, messageId: string) =>
  `draft|${conversation}|${messageId}`;

/** queue/rows/journals: the `Journal` of the answer to a message. */
export const journalKey = (conversation: ConversationId, messageId: string) =>
  `journal|${conversation}|${messageId}`;

/** queue/rows/lane-rows: a lane as `LaneRow`. The lanes of a partition lie together, and so do those of a conversation. */
export const laneKey = (partition: string, conversation: ConversationId, lane: string) =>
  `lane|${partition}|${conversation}|${lane}`;
export const lanesIn = (partition: string) => `lane|${partition}|`;
export const ALL_LANES = 'lane|';
export const partitionOfKey = (laneKey: string) => laneKey.split('|')[1] ?? '';
export const conversationOfKey = (laneKey: string): ConversationId => laneKey.split('|')[2] ?? '';

/** leases/leases: the `Holder` of a partition, or of another leased name. "Home" is the older word for a partition. */
export const holderKey = (partition: string) => `home|${partition}`;

/** leases/heartbeats: the heartbeat of a process, as `Row`. */
export const heartbeatKey = (process: string) => `process|${process}`;

/** files/file-rows: the `FileHead` of an attached file. Rows that begin with `FILES` are the only large ones. */
export const fileKey = (conversation: ConversationId, id: string) => `${FILES}${conversation}|${id}`;
export const FILES = 'file|';

/** files/attachments: the id of the file that holds a document's text. The platforms' ids never end like that. */
export const textIdOf = (id: string) => `${id}.text`;

/** files/file-rows: a piece of a file's bytes, as base64. */
export const pieceKey = (file: string, piece: number | '') => `${file}|${piece}`;

/** files/file-index: the `FileIndex` of the files that a conversation keeps. */
export const filesKey = (conversation: ConversationId) => `files|${conversation}`;

/** A file that counts in the quotas. */
export interface KeptRow extends FileOwner {
  key: string;
  /** When it was kept, milliseconds since 1970. */
  at: number;
  /** Bytes. */
  size: number;
  conversation: ConversationId;
  /** The file's id. */
  id: string;
}

/**
 * files/claim-file: a file that counts in the quotas. The value is 1; the key tells everything, so that a tenant's files
 * are listed without reading them.
 */
export function keptKey({ tenant, person, at, size, conversation, id }: Omit<KeptRow, 'key'>): string {
  return `${keptIn(tenant)}${[person, at.toString(36), size.toString(36), conversation, id].join('|')}`;
}

/** The prefix of the files of one tenant, or of all. */
export const keptIn = (tenant?: TenantId) => (tenant === undefined ? 'kept|' : `kept|${tenant}|`);

export function readKeptKey(key: string): KeptRow {
  const [, tenant = '', person = '', at = '', size = '', conversation = '', ...id] = key.split('|');
  return {
    key,
    tenant,
    person,
    at: Number.parseInt(at, 36),
    size: Number.parseInt(size, 36),
    conversation,
    id: id.join('|'),
  };
}

/** tables/settings: what a tenant has set, as `Row`. */
export const settingsKey = (tenant: TenantId) => `settings|${tenant}`;

/** secrets/secrets: a sealed secret, as `Row`. */
export const secretKey = (tenant: TenantId, purpose: string) => `${SECRETS}${purpose}|${tenant}`;
export const SECRETS = 'secret|';

/**
 * tables/conversation-lists: the whole `ConversationEntry` list of a tenant on the page, from Parley up to 0.2. Also the name
 * under which a tenant's list is changed.
 */
export const conversationsKey = (tenant: TenantId) => `conversations|${tenant}`;

/** tables/conversation-lists: the `ConversationEntry` of a conversation. */
export const conversationKey = (tenant: TenantId, id: string) => `conversation|${tenant}|${id}`;

/** tables/conversation-lists: how many conversations a tenant has, as `Count`. */
export const conversationCountKey = (tenant: TenantId) => `conversation-count|${tenant}`;

/**
 * tables/conversation-lists: the place of a conversation in its list. The value is 1; the key tells everything, so that
 * a list is read in its order, a page at a time.
 */
export const listedKey = (tenant: TenantId, place: string) => `listed|${tenant}|${place}`;

/**
 * search/marked-store: a place whose words changed since the index of words was brought up to date: a turn by its seq, or a
 * title. The value is new with each change.
 */
export const unindexedKey = (conversation: ConversationId, seq: number) =>
  `${UNINDEXED}${conversation}|${seq}`;
export const UNINDEXED = 'unindexed|';

/** tables/message-rate: when a person sent messages within the last minute, as `Sent`: in all, or in a tenant. */
export const messageRateKey = (person: string, tenant?: TenantId) =>
  tenant === undefined ? `message-rate|${person}` : `message-rate|${person}|${tenant}`;

/** The rows of the books that are counted together. */
export type UsedRow = Pick<BookRow, 'day' | 'tenant' | 'person' | 'model' | 'kind' | 'payer'>;

/**
 * books/books: a counter of calls, tokens and cost. The key tells everything else. Its parts can hold any text, so `|` is
 * escaped in them.
 */
export function usedKey({ day, tenant, person, model, kind, payer }: UsedRow): string {
  return `${usedIn(tenant, monthOf(day))}${[person, day, model, kind, payer].map(escaped).join('|')}`;
}

/** The prefix of the books of all tenants, of one, of one in a month, or of a person in it. */
export function usedIn(tenant?: TenantId, month?: string, person?: string): string {
  const known = [tenant, month, person].filter((part) => part !== undefined);
  return ['used', ...known.map(escaped), ''].join('|');
}

export function readUsedKey(key: string): UsedRow {
  const [, tenant = '', , person = '', day = '', model = '', kind = '', payer = ''] = key
    .split('|')
    .map(unescaped);
  return { tenant, person, day, model, kind: kind as BookingKind, payer: payer as Payer };
}

const escaped = (part: string) => part.replaceAll('%', '%25').replaceAll('|', '%7C');
const unescaped = (part: string) => part.replaceAll('%7C', '|').replaceAll('%25', '%');

/** operator/ended-turns: a counter of the turns that ended in an hour, such as `2026-11-30T23`, and of their failures. */
export const endedTurnsKey = (hour: string) => `ended|${hour}`;

/** operator/audit-trail: an `AuditEntry`, by its kind and its time. */
export const auditKey = (kind: AuditKind, at: string) => `audit|${kind}|${at}`;
/** Anybody can cause refusals, so they are bounded by themselves. */
export const AUDIT_KINDS = ['done', 'refused'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** tables/adapter-state: a note of one owner, such as a platform. "Note" is the older word for adapter state. */
export const noteKey = (owner: string, key: string) => `note|${owner}|${key}`;

/** ledger/ledger: the `Level` of an account, a counter. */
export const accountKey = (id: string) => `account|${id}`;

/** ledger/ledger: the `Reservation` of a call that is not charged yet, by the attempt that makes it, or else by its own id. */
export const reservationKey = (conversation: ConversationId, call: string) =>
  `${OPEN_CALLS}${conversation}|${call}`;
export const OPEN_CALLS = 'reservation|';

/** tables/forgotten-marks: until when a place is forgotten, as `ForgottenPlace`: a note, so it outlives the place. */
export const forgottenKey = (place: string) => noteKey('forgotten', place);

/** tables/access-lists: the operator's `AccessLists`. */
export const ACCESS_LISTS = 'access-lists';

/** secrets/vault: a known text, sealed, that shows whether the master keys are those of the start before. */
export const VAULT_CHECK = 'vault-check';

/** watched-store: when the store was last probed, in milliseconds since 1970. */
export const PROBE = 'ready';

/** sqlite/open-sqlite: the row that is written and removed at the start, to learn whether the store can be written. */
export const OPENED = 'opened';

/** cli/move-store: 1, in the target of a move until all rows have arrived. */
export const MOVING = 'moving';
