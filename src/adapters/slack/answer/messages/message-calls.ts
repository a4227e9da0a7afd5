/** Calls for one answer's messages: the workspace's client, and what a failure means. */
import { ShowError } from '../../../../chat/answer/surface.ts';
import { isRefusedToken } from '../../api/error-codes.ts';
import { isSureRefusal, showError } from '../../api/errors.ts';
import type { Workspace, Workspaces } from '../../workspaces/workspaces.ts';
import { clearThinking } from '../thinking-status.ts';

export interface MessageCallsOptions {
  workspaces: Workspaces;
  team: string;
  channel: string;
  /** The thread to answer in. Undefined in the channel itself, as in a plain direct message. */
  thread: string | undefined;
  /** `Attempt.isHeld`. */
  isHeld(): Promise<boolean>;
}

export interface MessageCalls {
  /** @throws ShowError `closed` if Parley was removed from the workspace */
  workspace(): Promise<Workspace>;
  /**
   * The client. Ask for it before each call that changes something: another process may hold the turn by now.
   * @throws ShowError `closed`
   */
  held(): Promise<Workspace['edits']>;
  /** Clears the thread's status. Slack does that itself only after a post. */
  clearStatus(): void;
  /** @throws ShowError */
  guarded<T>(call: () => Promise<T>): Promise<T>;
}

/** After this many refusals in a row that no lesser form helped, a notice replaces the text. */
const MOST_REFUSALS = 4;

/** @param on `refused` is called for each failed call; `hasPosted` tells whether a message of the answer stands */
export function createMessageCalls(
  { workspaces, team, channel, thread, isHeld }: MessageCallsOptions,
  on: { refused(error: unknown): void; hasPosted(): boolean },
): MessageCalls {
  /** Refusals in a row. */
  let refusals = 0;

  async function workspace(): Promise<Workspace> {
    const found = await workspaces.of(team);
    if (!found) throw new ShowError('closed');
    return found;
  }

  async function held(): Promise<Workspace['edits']> {
    if (!(await isHeld())) throw new ShowError('closed');
    return (await workspace()).edits;
  }

  function clearStatus(): void {
    if (thread !== undefined) clearThinking({ workspace, channel, thread });
  }

  function failed(error: unknown): ShowError {
    on.refused(error);
    const shown = showError(error);
    if (shown.kind === 'closed' && shown.code !== undefined) {
      if (isRefusedToken(shown.cause)) workspaces.doubt(team);
      else clearStatus();
    }
    if (shown.kind === 'again' && isSureRefusal(shown.cause) && ++refusals >= MOST_REFUSALS) {
      if (!on.hasPosted()) clearStatus();
      return new ShowError('refused', undefined, shown.cause, shown.code);
    }
    return shown;
  }

  return {
    workspace,
    held,
    clearStatus,
    async guarded(call) {
      try {
        const result = await call();
        refusals = 0;
        return result;
      } catch (error) {
        throw failed(error);
      }
    },
  };
}
