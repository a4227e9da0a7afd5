/** The branch that this window shows. Requests name it, since another window may show another one meanwhile. */
let shown: { conversation: string; branch: string | undefined } | undefined;

/** @param branch as in `ShownBranch`; undefined: not known yet */
export function showsBranch(conversation: string, branch: string | undefined): void {
  shown = { conversation, branch };
}

/** The branch of a conversation that is shown here. */
export const branchShown = (conversation: string): string | undefined =>
  shown?.conversation === conversation ? shown.branch : undefined;

/** The end of an address that names the branch. Empty: the server decides. */
export function branchQuery(conversation: string, first: '?' | '&' = '?'): string {
  const branch = branchShown(conversation);
  return branch === undefined ? '' : `${first}branch=${encodeURIComponent(branch)}`;
}
