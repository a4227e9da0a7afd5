/** The operator's lists of servers, workspaces and people: who may make Parley ask a model at all. */

export const KINDS = ['server', 'workspace', 'person'] as const;
export type Kind = (typeof KINDS)[number];

export interface AccessList {
  /** Ids; empty: all. */
  allowed: string[];
  /** Ids; wins over `allowed`. */
  blocked: string[];
}

/** A server is a Discord guild id, a workspace a Slack team id, a person `discord:<id>` or `slack:<team>:<id>`. */
export type AccessLists = Record<Kind, AccessList>;

/** The lists that the operator's commands keep. Every call throws `StoreError` when the store fails. */
export interface KeptAccessLists {
  read(): Promise<AccessLists>;
  change(kind: Kind, change: (list: AccessList) => AccessList): Promise<AccessLists>;
}

export type Standing = 'in' | 'blocked' | 'not allowed';

export const noLists = (): AccessLists => ({
  server: { allowed: [], blocked: [] },
  workspace: { allowed: [], blocked: [] },
  person: { allowed: [], blocked: [] },
});

/**
 * Holds somebody against all lists together.
 * @param ids all ids of one server, workspace or person
 */
export function standingOf(lists: AccessLists[], kind: Kind, ids: string[]): Standing {
  const holds = (list: string[]) => ids.some((id) => list.includes(id));
  if (lists.some((one) => holds(one[kind].blocked))) return 'blocked';
  const allowed = lists.flatMap((one) => one[kind].allowed);
  return allowed.length === 0 || holds(allowed) ? 'in' : 'not allowed';
}

const ID = '[A-Za-z0-9_-]{1,64}';
const ID_FORMS: Record<Kind, { pattern: RegExp; form: string }> = {
  server: { pattern: /^\d{1,20}$/, form: 'a Discord server id, such as 1234567890123456789' },
  workspace: { pattern: new RegExp(`^${ID}$`), form: 'a Slack team id, such as T0123456789' },
  person: {
    pattern: new RegExp(`^(?:discord:\\d{1,20}|slack:${ID}:${ID})$`),
    form: 'discord:<user id> or slack:<team id>:<user id>',
  },
};

/** Undefined where the id can be one of that kind, else the form that is wanted. */
export function idProblem(kind: Kind, id: string): string | undefined {
  const { pattern, form } = ID_FORMS[kind];
  return pattern.test(id) ? undefined : form;
}
