/** The people who have signed in: who they are, whether they may still come in, and which of them are operators. */
import type { AdapterState, Topics } from '../../../../core/platform.ts';
import type { TenantId } from '../../../../core/types.ts';
import { type ServiceIdentity, type SignInProvider, tenantOfPerson } from './provider.ts';
import { isNamed, type SignInRule } from './rules.ts';

export interface SignedInPeopleOptions {
  adapterState: Pick<AdapterState, 'read' | 'write' | 'remove' | 'keys'>;
  topics: Topics;
  allowed: readonly SignInRule[];
  operators: readonly SignInRule[];
  /** The address of a service; undefined where nobody signs in there. */
  addressOf(service: SignInProvider['id']): string | undefined;
}

/** Every call throws StoreError when the store fails. */
export interface SignedInPeople {
  /** Reads who the operators are, and follows what other processes learn. */
  begin(): Promise<void>;
  /** Keeps who signed in. Undefined: this person may not. */
  welcome(identity: ServiceIdentity): Promise<TenantId | undefined>;
  /** The person of a tenant; undefined where nobody signed in as that. */
  find(tenant: TenantId): Promise<ServiceIdentity | undefined>;
  /** The tenants of all people who have signed in, in their order. */
  tenants(): Promise<TenantId[]>;
  /** Whether the person of a tenant may come in by today's rules. */
  mayEnter(tenant: TenantId): Promise<boolean>;
  /** Whether the tenant is an operator, as far as this process knows. */
  isOperator(tenant: TenantId): boolean;
  /** Forgets who the person is, unless they signed in since that time (ms since 1970). Their sessions end with that. */
  forget(tenant: TenantId, time: number): Promise<void>;
  stop(): void;
}

interface PersonRow extends ServiceIdentity {
  v: 1;
  /** The address of the service at the last sign-in. What another service said counts for nothing. */
  service: string;
  /** The last sign-in, milliseconds since 1970. */
  at: number;
}

const PERSON = 'person|';
const OPERATOR = 'operator|';
const TOPIC = 'page-operators';

/** The rows that tell who a person is. */
export const keysOfPerson = (tenant: TenantId): string[] => [PERSON + tenant, OPERATOR + tenant];

export function createPeople({
  adapterState,
  topics,
  allowed,
  operators,
  addressOf,
}: SignedInPeopleOptions): SignedInPeople {
  const known = new Set<TenantId>();
  let stopHearing = () => {};

  const mayEnter = (identity: ServiceIdentity) => isNamed(identity, operators) || isNamed(identity, allowed);
  const read = (tenant: TenantId) => adapterState.read<PersonRow>(PERSON + tenant);

  const isOfToday = ({ provider, service }: PersonRow) => service === addressOf(provider);

  async function learn(): Promise<void> {
    const tenants = (await adapterState.keys(OPERATOR)).map((key) => key.slice(OPERATOR.length));
    const rows = await Promise.all(tenants.map(async (tenant) => ({ tenant, person: await read(tenant) })));
    known.clear();
    for (const { tenant, person } of rows)
      if (person && isOfToday(person) && isNamed(person, operators)) known.add(tenant);
  }

  return {
    async begin() {
      await learn();
      stopHearing = topics.onTold((topic) => {
        // After a lost message, the empty topic is told, and everything is read again.
        if (topic === TOPIC || topic === '') learn().catch(() => {});
      });
    },
    async welcome(identity) {
      const service = addressOf(identity.provider);
      if (service === undefined || !mayEnter(identity)) return undefined;
      const tenant = tenantOfPerson(identity);
      const row: PersonRow = { v: 1, ...identity, service, at: Date.now() };
      await adapterState.write(PERSON + tenant, row);
      const isOperator = isNamed(identity, operators);
      if (isOperator) await adapterState.write(OPERATOR + tenant, 1);
      else await adapterState.remove(OPERATOR + tenant);
      if (isOperator !== known.has(tenant)) {
        if (isOperator) known.add(tenant);
        else known.delete(tenant);
        topics.tell(TOPIC);
      }
      return tenant;
    },
    find: read,
    tenants: async () => (await adapterState.keys(PERSON)).map((key) => key.slice(PERSON.length)).sort(),
    async mayEnter(tenant) {
      const person = await read(tenant);
      return person !== undefined && isOfToday(person) && mayEnter(person);
    },
    isOperator: (tenant) => known.has(tenant),
    async forget(tenant, time) {
      if (((await read(tenant))?.at ?? 0) >= time) return;
      await adapterState.remove(...keysOfPerson(tenant));
      if (known.delete(tenant)) topics.tell(TOPIC);
    },
    stop: () => stopHearing(),
  };
}
