/**
 * Tells the asker that Parley cannot post the answer where they asked: by an ephemeral message there, or in direct
 * messages.
 */
import type { Logger } from 'pino';
import { REFUSED_TOKENS } from '../api/error-codes.ts';
import { loggable } from '../api/errors.ts';
import { isDirect } from '../ids.ts';
import { en } from '../sentences/en.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface TellingOptions {
  workspace: Workspace;
  channel: string;
  thread: string | undefined;
  asker: string;
  log: Logger;
}

export interface Elsewhere {
  /** Whether Parley answers direct messages, so that a sentence may send people there. */
  directMessages: boolean;
}

/** Never throws. @param code Slack's reason */
export async function tellNotPosted(
  { workspace: { edits }, channel, thread, asker, log, ...elsewhere }: TellingOptions & Elsewhere,
  code: string | undefined,
): Promise<void> {
  // With a refused token Parley can post nowhere.
  if (asker === '' || REFUSED_TOKENS.has(code ?? '')) return;
  const text = whyNotPosted(code, channel, elsewhere);
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  try {
    await edits.chat.postEphemeral({ channel, user: asker, text, ...inThread });
  } catch (error) {
    await tellDirectly().catch((second: unknown) => {
      const codes = { code, ephemeral: loggable(error), direct: loggable(second) };
      log.warn({ channel, ...codes }, 'answer not posted, and nobody could be told');
    });
  }

  async function tellDirectly(): Promise<void> {
    // Slack accepts no message in this place.
    if (isDirect(channel)) throw new Error('no other place');
    const { channel: own } = await edits.conversations.open({ users: asker });
    await edits.chat.postMessage({ channel: own?.id ?? asker, text });
  }
}

/** Tells a person alone, where they wrote. Never throws. */
export async function tellAlone(
  { workspace: { edits }, channel, thread, asker, log }: TellingOptions,
  text: string,
): Promise<void> {
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  try {
    await edits.chat.postEphemeral({ channel, user: asker, text, ...inThread });
  } catch (error) {
    log.info({ channel, code: loggable(error) }, 'person not told');
  }
}

/** @param channel undefined for direct messages that are not open yet */
export function whyNotPosted(
  code: string | undefined,
  channel: string | undefined,
  elsewhere: Elsewhere,
): string {
  const place = channel === undefined || isDirect(channel) ? en.telling.directMessages : `<#${channel}>`;
  switch (code) {
    case 'not_in_channel':
    case 'channel_not_found':
      return en.telling.notIn(place);
    case 'is_archived':
      return en.telling.archived(place, elsewhere);
    case 'restricted_action_thread_locked':
      return en.telling.lockedThread(place);
    case 'missing_scope':
      return en.telling.missingScopes(place);
    case 'no_permission':
      return en.telling.missingWriteScope(place);
    default:
      return en.telling.notAllowed(place, elsewhere);
  }
}
