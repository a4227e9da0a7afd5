/** What Discord calls things. */
/** A channel or a role as a message shows it. */
export function tokenOf(kind: 'channels' | 'roles', id: string): string {
  return kind === 'channels' ? `<#${id}>` : `<@&${id}>`;
}
