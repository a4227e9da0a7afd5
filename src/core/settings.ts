/** The settings of a tenant, as the store keeps them. */
import type { TenantId } from './types.ts';

export interface NamedPersona {
  /** One word: people choose it as `/name`. */
  name: string;
  text: string;
}

/** Most personas with a name. */
export const MOST_PERSONAS = 20;

/** A tenant's choices. An absent one is the operator's setting, or else the first value of its type. */
export interface Choices {
  model?: string;
  baseUrl?: string;
  /** The text that the model is told about how to answer. */
  persona?: string;
  /** Personas that a person of the page can choose for one conversation, in place of `persona`. By id. */
  personas?: Record<string, NamedPersona>;
  /** 0 to 2; sent only to models that take it. */
  temperature?: number;
  effort?: 'minimal' | 'low' | 'medium' | 'high';
  /** The place of an answer to a question in a channel: the channel, or a thread made from the question. */
  replyIn?: 'channel' | 'thread';
  /**
   * The messages that Parley answers in a thread it takes part in. `follow`: all that are addressed to it or to
   * nobody; `mentions`: mentions only.
   */
  inThreads?: 'follow' | 'mentions';
  /** Who shares a channel's history: everybody in the channel, or each person has their own. */
  history?: 'channel' | 'person';
  /** Days until messages and answers are deleted, unless the operator deletes them sooner. */
  historyDays?: number;
  /** The platform's ids of the channels in which Parley answers; empty or absent: all. */
  channels?: string[];
  /** The platform's ids of the roles that may ask; empty or absent: all. Admins always may. */
  roles?: string[];
  whoMayAsk?: 'everyone' | 'admins';
  /** How a message is treated while its author's last one is still being answered. Absent: it waits. */
  whenBusy?: WhenBusy;
  /** Whether turns that no longer fit the model's context are summarised for it. */
  summaries?: 'on' | 'off';
  /** Whether a model writes the titles of conversations on the page, where the operator has one for that. */
  titles?: 'on' | 'off';
  /** The small line under each answer. `cost`: with the cost of it. */
  footer?: 'off' | 'tokens' | 'cost';
  /** Most messages of an answer; the rest comes as a file. Absent: no limit. */
  mostParts?: number;
  /** Hours for which the same request is answered with the answer of then. Absent: it is always asked anew. */
  cachedHours?: number;
  webTool?: ToolRule;
  pagesTool?: ToolRule;
  filesTool?: ToolRule;
  picturesTool?: ToolRule;
  codeTool?: ToolRule;
  /** The most that the tenant may spend in a day, in dollars; 0: nothing. Absent: no limit, like all limits here. */
  dayLimit?: number;
  /** The same for a calendar month. */
  monthLimit?: number;
  /** The most that each person may spend in a day here, in dollars. */
  personDayLimit?: number;
  /** By the platform's id of a role: the same for a person with that role, in place of `personDayLimit`. */
  roleDayLimits?: Record<string, number>;
  /** Messages of a person that Parley answers in a minute. The operator's PERSON_PER_MINUTE holds too. */
  perMinute?: number;
  /** The IANA time zone of the tenant's days and months. Absent: the operator's. */
  timeZone?: string;
  /** The platform's id of the channel in which Parley tells the admins about limits. Absent: `limitsSetBy` is told. */
  limitsChannel?: string;
  /** The platform's id of the person who last set a limit. */
  limitsSetBy?: string;
}

/** Whether a tool may be used: by nobody, or by people with one of these roles (the platform's ids). Absent: by all. */
export type ToolRule = 'off' | string[];

export interface TenantSettings extends Choices {
  /** By base URL, the last four characters of the key stored for it. */
  keys: Record<string, { last4: string }>;
}

export type ChoicesChange = {
  [Field in Exclude<keyof Choices, 'roleDayLimits' | 'personas'>]?: Choices[Field] | null | undefined;
} & {
  /** These personas only, so that two windows can change two at once. Those beyond `MOST_PERSONAS` are left out. */
  personas?: Record<string, NamedPersona | null> | null | undefined;
  /** The limits of these roles only, so two admins can set those of two roles at once. Null takes one away, or all. */
  roleDayLimits?: Record<string, number | null> | null | undefined;
};

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
  /** Removes all settings, keys included. */
  forget(tenant: TenantId): Promise<void>;
}

/** How a message in a busy lane is treated. */
export type WhenBusy = 'wait' | 'collect' | 'interrupt';

/** Shares one reading among all callers. After a failure, the next caller reads again. */
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
