/** The operator's lists of servers, workspaces and people that may make Parley ask a model at all. */

export const KINDS = ['server', 'workspace', 'person'] as const;
export type Kind = (typeof KINDS)[number];

export interface AccessList {
  /** Ids; empty: all. */
  allowed: string[];
  /** Ids; wins over `allowed`. */
  blocked: string[];
}

/** Ids are the platforms' own. Ids of people begin with the platform's name. */
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
 * The standing of a server, a workspace or a person in all lists together.
 * @param ids all ids of that one
 */
export function standingOf(lists: AccessLists[], kind: Kind, ids: string[]): Standing {
  const holds = (list: string[]) => ids.some((id) => list.includes(id));
  if (lists.some((one) => holds(one[kind].blocked))) return 'blocked';
  const allowed = lists.flatMap((one) => one[kind].allowed);
  return allowed.length === 0 || holds(allowed) ? 'in' : 'not allowed';
}

/** A form in which the operator writes ids of one kind. */
export interface IdForm {
  /** Returns the id as its platform writes it; undefined where the text is no id. */
  read(text: string): string | undefined;
  /** The form in words, for an operator who wrote something else. */
  form: string;
}

/** Reads an id in one of these forms. Where the text has none of them, it returns the forms to use instead. */
export function readId(forms: readonly IdForm[], text: string): { id: string } | { wanted: string } {
  for (const { read } of forms) {
    const id = read(text);
    if (id !== undefined) return { id };
  }
  return { wanted: forms.map(({ form }) => form).join(' or ') };
}
