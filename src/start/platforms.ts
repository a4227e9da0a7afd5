/** The platforms of one start with their settings, and how they differ by who asks. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { PLATFORMS, platformOf } from '../adapters/all.ts';
import type { Connected, PreparedPlatform, SecretFile, Services } from '../adapters/platform.ts';
import type { Config } from '../config.ts';
import type { Asking, Space } from '../core/access/admission.ts';
import type { BaseUrlPolicy } from '../core/models/base-url.ts';
import type { Spender } from '../core/money/spender.ts';
import type { Leases } from '../core/platform.ts';
import type { ConversationId, Message, TenantId } from '../core/types.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import { folderOf } from '../store/open.ts';
import { writeSecret } from '../store/secrets/write-secret.ts';
import type { Store } from '../store/store.ts';
import { createAdapterState } from '../store/tables/adapter-state.ts';
import { isOnServer } from '../store/url.ts';
import { limitOf } from './operator-limits.ts';

type Limit = Parameters<typeof limitOf>[1];

export interface Platforms {
  /** Whether the tenant is the operator's guest, whom neither lists nor OWN_KEY_ONLY concern. */
  isGuest(tenant: TenantId): boolean;
  isOperator(tenant: TenantId): boolean;
  /** A limit of messages. It may not hold for the operator. */
  limitOf(limit: Limit, tenant: TenantId): number;
  /** The asker's id, as limits and the operator's lists name people. */
  personOf(message: Pick<Message, 'tenant' | 'author'>): string;
  /** The person who is charged for a message. */
  spenderOf(message: Message): Spender;
  /** The partition of a conversation. Undefined: its platform is off, so this process leaves its turns to others. */
  partitionOf(conversation: ConversationId): ConversationId | undefined;
  /** The server or workspace, as the operator's lists name it. */
  spaceOf(tenant: TenantId): Space | undefined;
  /** The asker and the place, as the operator's lists name them. Undefined for a guest. */
  askingIn(message: Message): Pick<Asking, 'space' | 'person'> | undefined;
  baseUrlPolicy(tenant: TenantId): BaseUrlPolicy;
  /** Called when retention deleted a conversation's first message. */
  onDeleted(
    conversation: ConversationId,
    first: Message,
    stored: Pick<Services, 'conversations' | 'transcripts'>,
  ): Promise<void>;
  /** Builds the adapters of the platforms that are on. @throws AdapterError, ConfigError */
  connect(servicesIn: (words: Vocabulary) => Services): Promise<Connected[]>;
}

export function preparePlatforms(config: Config, store: Store, leases: Leases, log: Logger): Platforms {
  const prepared = new Map<string, PreparedPlatform>();
  for (const { name, prepare } of PLATFORMS) {
    const foundation = {
      adapterState: createAdapterState(store, name),
      leases,
      topics: store,
      isShared: store.isShared,
      secretFile: (file: string) => secretFile(config, file),
      log,
    };
    prepared.set(name, prepare(config, foundation));
  }
  const preparedOf = (id: string) => prepared.get(platformOf(id)?.name ?? '');
  const isOperator = (tenant: TenantId) => preparedOf(tenant)?.isOperator?.(tenant) ?? false;
  const personOf = ({ tenant, author }: Pick<Message, 'tenant' | 'author'>) =>
    platformOf(tenant)?.personOf(tenant, author.id) ?? author.id;
  return {
    isGuest(tenant) {
      const platform = platformOf(tenant);
      return platform !== undefined && platform.admission === undefined;
    },
    isOperator,
    limitOf: (limit, tenant) => limitOf(config, limit, isOperator(tenant)),
    personOf,
    spenderOf: (message) => ({
      tenant: message.tenant,
      person: personOf(message),
      roles: message.namedRoles ?? [],
      conversation: message.conversation,
    }),
    partitionOf(conversation) {
      const platform = platformOf(conversation);
      return platform?.isOn(config) ? platform.partitionOf(conversation) : undefined;
    },
    spaceOf: (tenant) => platformOf(tenant)?.admission?.spaceOf(tenant),
    askingIn(message) {
      const admission = platformOf(message.tenant)?.admission;
      return (
        admission && { space: admission.spaceOf(message.tenant), person: admission.idsOfPerson(message) }
      );
    },
    baseUrlPolicy: (tenant) => preparedOf(tenant)?.baseUrlPolicy?.() ?? config.TENANT_BASE_URLS,
    async onDeleted(conversation, first, stored) {
      await preparedOf(conversation)?.onDeleted?.(conversation, first, stored);
    },
    async connect(servicesIn) {
      const connected: Connected[] = [];
      for (const { name, vocabulary } of PLATFORMS) {
        const one = await prepared.get(name)?.connect(servicesIn(vocabulary));
        if (one) connected.push(one);
      }
      return connected;
    },
  };
}

function secretFile({ STORE_URL }: Config, name: string): SecretFile | undefined {
  if (isOnServer(STORE_URL)) return undefined;
  const path = join(folderOf(STORE_URL), name);
  return {
    path,
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (text) => writeSecret(path, text),
  };
}
