/** The settings of a tenant, as the store keeps them. */
import type { TenantId } from './types.ts';

/** What a tenant chose. Absent: as the operator set it, or the first that is named. */
export interface Choices {
  model?: string;
  baseUrl?: string;
  persona?: string;
  /** 0 to 2; sent only to models that take it. */
  temperature?: number;
  effort?: 'minimal' | 'low' | 'medium' | 'high';
  /** Where a channel's question is answered: in the channel, or in a thread made from it. */
  replyIn?: 'channel' | 'thread';
  /**
   * Messages that Parley answers in a thread it takes part in. `follow`: all that are addressed to it or to
   * nobody; `mentions`: mentions only.
   */
  inThreads?: 'follow' | 'mentions';
  /** Whose a channel's history is: the channel's, or each person's own. */
  history?: 'channel' | 'person';
  /** After so many days what was said is deleted, where the operator does not delete it sooner. */
  historyDays?: number;
  /** The platform's ids of the channels it answers in; empty or absent: all. */
  channels?: string[];
  /** The platform's ids of the roles that may ask; empty or absent: all. Admins always may. */
  roles?: string[];
  whoMayAsk?: 'everyone' | 'admins';
  /** What becomes of a message whose asker's last one is still being answered; absent: it waits. */
  whenBusy?: WhenBusy;
  /** After so many messages the rest of an answer comes as a file; absent: never. */
  mostParts?: number;
}

export interface TenantSettings extends Choices {
  /** By base URL, the last four characters of the key stored for it. */
  keys: Record<string, { last4: string }>;
}

export type ChoicesChange = { [Field in keyof Choices]?: Choices[Field] | null | undefined };

export interface Settings {
  read(tenant: TenantId): Promise<TenantSettings>;
  /** Null removes a choice; an absent field stays. */
  change(tenant: TenantId, change: ChoicesChange): Promise<TenantSettings>;
  /**
   * The key stored for this base URL and no other.
   * @throws VaultError when one is stored that no master key opens
   */
  key(tenant: TenantId, baseUrl: string): Promise<string | undefined>;
  setKey(tenant: TenantId, baseUrl: string, key: string): Promise<TenantSettings>;
  removeKey(tenant: TenantId, baseUrl: string): Promise<TenantSettings>;
  /** All of it, keys included. */
  forget(tenant: TenantId): Promise<void>;
}

/** What becomes of a message in a lane that is busy. */
export type WhenBusy = 'wait' | 'collect' | 'interrupt';

/** Shares one reading. A reading that failed is tried again by the next caller. */
export function readOnce(read: () => Promise<TenantSettings>): () => Promise<TenantSettings> {
  let reading: Promise<TenantSettings> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}
