/** Uses of commands, buttons and shortcuts: each is handled once, and the person hears if that failed. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { StoreError, VaultError } from '../../../core/errors.ts';
import { createRecent } from '../../../core/recent.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { failureNotice } from '../../../core/sentences/failure-notice.ts';
import { en } from '../sentences/en.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import { type Whisper, whisperOf } from './whisper.ts';

export interface Use {
  /** For the log. */
  name: string;
  /** Tells the person why the use failed. */
  tell(notice: Whisper): Promise<unknown>;
}

/** None of these throws: Slack was told already that the use was taken, so a failure is for the person and the log. */
export interface Uses {
  /**
   * Runs the task unless the use was handled before, since Slack may deliver a use twice.
   * @param id all that makes the use differ from others: a server in Slack's place may repeat a trigger
   */
  once(id: unknown[], use: Use, task: () => Promise<unknown>): Promise<void>;
  run(use: Use, task: () => Promise<unknown>): Promise<void>;
}

const MOST_SEEN = 10_000;

export function createUses(log: Logger): Uses {
  const seen = createRecent<string, true>(MOST_SEEN);

  function isNew(id: unknown[]): boolean {
    const key = createHash('sha256').update(JSON.stringify(id)).digest('base64');
    if (seen.has(key)) return false;
    seen.set(key, true);
    return true;
  }

  async function run({ name, tell }: Use, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      log.error({ interaction: name, error: whereFrom(error) }, 'interaction failed');
      await tell(whisperOf(failedNotice(error))).catch(() => {});
    }
  }

  return {
    async once(id, use, task) {
      if (isNew(id)) await run(use, task);
    },
    run,
  };
}

/** The notice for a person whose use of something failed, as the core says it of a command. */
export function failedNotice(error: unknown): string {
  if (error instanceof StoreError) return en.notices.storeAway;
  return error instanceof VaultError
    ? failureNotice({ kind: 'vault' }, undefined, { reader: 'admin', words: SLACK_WORDS })
    : en.notices.mistake;
}
