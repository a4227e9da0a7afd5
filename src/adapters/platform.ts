/**
 * A platform as one thing: its settings, its ids, its check and its adapter. Importing one loads no SDK; `check` and
 * `connect` load what they need.
 */
import type { Logger } from 'pino';
import type { AccessLists, IdForm, Kind } from '../core/access/access-lists.ts';
import type { Admission, Space } from '../core/access/admission.ts';
import type { MessageRate } from '../core/access/message-rate.ts';
import type { Refusals } from '../core/access/refusals.ts';
import type { SpendingDoor } from '../core/access/spending-door.ts';
import type { CommandCall, Commands } from '../core/commands/command.ts';
import type { Forgetting } from '../core/forgetting/forget.ts';
import type { WantedPerson } from '../core/forgetting/forget-everywhere.ts';
import type { ForgottenMarks } from '../core/forgetting/marks.ts';
import type { BaseUrlPolicy } from '../core/models/base-url.ts';
import type { ModelChooser } from '../core/models/catalog/choose.ts';
import type { OperatorLimits } from '../core/money/limits.ts';
import type { Spending } from '../core/money/metering/spending.ts';
import type { UsageReports } from '../core/money/shown/usage-reports.ts';
import type { OperatorView } from '../core/operator/operator-view.ts';
import type {
  Adapter,
  AdapterState,
  Finding,
  Leases,
  SaidAtPage,
  TakenFromPage,
  Topics,
} from '../core/platform.ts';
import type { Audit } from '../core/reports/audit.ts';
import type { Troubles } from '../core/reports/troubles.ts';
import type { Search } from '../core/search/search.ts';
import type { AboutFacts } from '../core/sentences/about.ts';
import type { Settings } from '../core/settings.ts';
import type { ShortVersions } from '../core/short/short-versions.ts';
import type { MakeTitle } from '../core/short/title-maker.ts';
import type { Attachments, ConversationLists, Secrets, Transcripts } from '../core/storage.ts';
import type { TurnQueue } from '../core/turn/queue.ts';
import type { Toolbox } from '../core/turn/tools/turn-tools.ts';
import type { ConversationId, Message, TenantId } from '../core/types.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import type { Routes } from '../http.ts';

/** `Config` is what the platform reads of the settings. No function here throws but `connect`. */
export interface Platform<Config> {
  /** All its ids begin with `name:`. */
  name: string;
  /** As people write it. */
  label: string;
  /** Whether it is turned on. */
  isOn(config: Config): boolean;
  /** Whether it is turned on, and other people than the operator can ask there. */
  isForOthers(config: Config): boolean;
  /** Sentences for what is missing among its settings, or is there twice. */
  problems?(given: GivenSettings<Config>): string[];
  /** A person, the same in all conversations of the platform, as limits and the operator's lists name them. */
  personOf(tenant: TenantId, author: string): string;
  /** The beginning of the ids of all conversations that share the platform's rate limits. One process answers them all. */
  partitionOf(conversation: ConversationId): ConversationId;
  /** Absent: the operator's lists, OWN_KEY_ONLY and DIRECT_MESSAGES do not concern it, and the demo answers there. */
  admission?: PlatformAdmission<Config>;
  /** The person whom the operator names in `forget`; undefined where the text is no id of a person here. */
  wantedPerson(text: string): WantedPerson | undefined;
  /** Absent: it has no direct messages that people could read on the page. */
  directMessages?: PlatformDirectMessages;
  /** Forgets what the platform keeps of a tenant besides conversations; absent: nothing. */
  forgetKept?(tenant: TenantId, adapterState: AdapterState): Promise<void>;
  vocabulary: Vocabulary;
  /** Settings that work, and are less safe than they seem: for the log at each start, and for `doctor`. */
  advice?(config: Config): Advice[];
  /** Checks the platform for `doctor`, whether it is on or off. */
  check(config: Config, context: CheckContext): Promise<Finding[]>;
  prepare(config: Config, foundation: Foundation): PreparedPlatform;
}

export interface GivenSettings<Config> {
  /** Whether several processes work on the store, so that each would make files of its own. */
  isShared: boolean;
  /** Whether a setting is given, rightly or wrongly. */
  has(name: keyof Config): boolean;
  /** Absent where some setting is wrong. */
  config?: Config;
}

/** How the operator's lists name places and people of a platform. */
export interface PlatformAdmission<Config> {
  /** The server or workspace of a tenant; undefined for a person's direct messages. */
  spaceOf(tenant: TenantId): Space | undefined;
  /** The tenant of a server or workspace; undefined where the kind is another platform's. */
  tenantOf(space: Space): TenantId | undefined;
  forms: Partial<Record<Kind, IdForm>>;
  /** The lists of the environment that are the platform's own. */
  lists(config: Config): Partial<AccessLists>;
  /** All ids by which the operator's lists may name who wrote a message. */
  idsOfPerson(message: Message): string[];
}

/** Direct messages of one person with Parley, as the platform stores them. */
export interface PlatformDirectMessages {
  /**
   * The tenant whose conversations hold them, and the id of their author. `rooms`: the beginning of the ids of all rooms,
   * behind the tenant's; absent: the tenant has nothing else.
   * @param subject the person's id, as the platform's sign-in gives it
   */
  ownerOf(subject: string): { tenant: TenantId; author: string; rooms?: string } | undefined;
  /** The room of one person and Parley that a conversation is in; undefined where others can read or write. */
  roomOf(conversation: ConversationId): string | undefined;
  /** The person of direct messages, as for `ownerOf`; undefined where others can read or write. */
  subjectOf(conversation: ConversationId, author: string): string | undefined;
}

/**
 * A person's direct messages. Every call throws StoreError. `platform` is its name, and `subject` the person's id as the
 * platform's sign-in gives it.
 */
export interface PersonalMessages {
  list(platform: string, subject: string): Promise<ConversationId[]>;
  /**
   * Takes what the person says in one of these conversations, as `SayFromPage`. Undefined: the platform is off.
   * @param said its conversation is one of `list`
   */
  say(
    platform: string,
    subject: string,
    said: Omit<SaidAtPage, 'author'>,
  ): Promise<TakenFromPage | undefined>;
}

/** Facts that `doctor` hands to each check. */
export interface CheckContext {
  /** The platform's own; absent where the store cannot be opened. */
  adapterState?: AdapterState;
  /** Whether people are answered at the operator's expense who are on none of the operator's lists of that kind. */
  isOpenTo(kind: Kind): boolean;
}

export interface Advice {
  /** The subject, by which `doctor` groups its findings. */
  what: string;
  /** A sentence without its full stop. */
  says: string;
}

/** The means of a platform before any tenant asks for something. */
export interface Foundation {
  /** The platform's own. */
  adapterState: AdapterState;
  /** Leases among the processes that work on the store. */
  leases: Leases;
  topics: Topics;
  /** Whether there may be more than this one process. */
  isShared: boolean;
  /** A secret that lies in a file beside the store; undefined where the store is on a server. */
  secretFile(name: string): SecretFile | undefined;
  log: Logger;
}

export interface SecretFile {
  path: string;
  /** Undefined where there is no file yet. */
  read(): string | undefined;
  /** Throws StoreError. */
  write(text: string): void;
}

/** A platform with its settings, before it connects. */
export interface PreparedPlatform {
  /** Whether it is the operator who asks; absent: never. */
  isOperator?(tenant: TenantId): boolean;
  /** Which base URLs of their own its people may set; absent: as TENANT_BASE_URLS says. */
  baseUrlPolicy?(): BaseUrlPolicy;
  /** Called when retention deleted a conversation's first message. */
  onDeleted?(
    conversation: ConversationId,
    first: Message,
    stored: Pick<Services, 'conversations' | 'transcripts'>,
  ): Promise<void>;
  /**
   * Builds the adapter; `Adapter.start` connects it. Undefined while the platform is off.
   * @throws AdapterError, ConfigError
   */
  connect(services: Services): Promise<Connected | undefined>;
}

export interface Connected {
  adapter: Adapter;
  /** Routes of the platform on the public port. */
  routes?: Routes;
  /** The address that people open. @param base the address of Parley */
  pageUrl?(base: string): string;
}

/** Services of Parley that all platforms share. */
export interface SharedServices {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  search: Search;
  settings: Settings;
  secrets: Secrets;
  models: ModelChooser;
  /** Accepts messages, and leaves their files alone. */
  queue: TurnQueue;
  /** The same, and keeps the files of what it accepts. */
  queueWithFiles: TurnQueue;
  forgetting: Forgetting;
  marks: ForgottenMarks;
  admission: Admission;
  rate: MessageRate;
  operatorLimits: OperatorLimits;
  operatorView: OperatorView;
  /** The tools that are set up. */
  toolbox: Toolbox;
  spending: Spending;
  about: AboutFacts;
  /** Whether direct messages are answered, so that people can be sent there. */
  directMessages: boolean;
  personalMessages: PersonalMessages;
  /** Older messages that were missed are not answered, ms. */
  missedMs: number;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  troubles: Troubles;
  audit: Audit;
}

/** The same, with all that Parley says in the platform's words. */
export interface Services extends SharedServices {
  refusals: Refusals;
  spendingDoor: SpendingDoor;
  commands: Commands;
  usage: UsageReports;
  shortVersions: ShortVersions;
  /** Undefined: no model writes titles. */
  makeTitle: MakeTitle | undefined;
  /** The answer to a mention without a question. */
  help(call: CommandCall): string;
  /** The first sentences in a server or workspace that Parley was just added to. */
  welcome(tenant: TenantId): Promise<string>;
}
