/** English sentences about what Parley cannot see or write on Discord. */
import type { Vocabulary } from '../../../../core/vocabulary.ts';

/**
 * Tells the asker elsewhere why the answer is not complete at the place.
 * @param where the place, as Discord mentions it
 * @param obstacle a permission that Parley lacks; else Discord's code
 */
export function unwritable(
  where: string,
  obstacle: { permission: keyof typeof permissions } | { code: string } | 'locked',
  { moderator }: Vocabulary,
): string {
  if (obstacle === 'locked')
    return `I can't answer you in ${where}: it is locked. Ask ${moderator} to unlock it, then ask again.`;
  if ('permission' in obstacle)
    return `I can't answer you in ${where}: I'm missing the permission “${permissions[obstacle.permission]}” there. Ask an admin to give it to me, then ask again.`;
  return `I couldn't show you the whole answer in ${where}: it was refused there (${obstacle.code}). Ask again in a moment, or somewhere else.`;
}

/** Answers a message whose text Discord withholds because it does not mention Parley. */
export const withheld =
  'I can’t see what you wrote, because I’m only shown messages that mention me here. Mention me and say it again.';

/** Permissions by their names in Discord's settings. */
const permissions = {
  view: 'View Channel',
  send: 'Send Messages',
  sendInThreads: 'Send Messages in Threads',
};
