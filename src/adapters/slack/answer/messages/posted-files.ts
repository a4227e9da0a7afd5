/**
 * Files that an answer's tools made, each in a message of its own, where Slack shares it. The answer's record names each
 * file before it is shared, so that after a crash it is found again and not shared twice: Slack has no key for that.
 */
import type { Logger } from 'pino';
import { type Part, type ReadMade, ShowError } from '../../../../chat/answer/surface.ts';
import type { MadeFile } from '../../../../core/types.ts';
import { isSureRefusal, loggable, showError } from '../../api/errors.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { deleteFile, isSharedSoon, shareFile, uploadFile } from './shared-file.ts';

export interface PostedFilesOptions {
  /** @throws ShowError `closed` if another process now holds the turn */
  held(): Promise<Workspace['edits']>;
  channel: string;
  thread: string | undefined;
  /** Slack's ids of the answer's files, by the ids of the made files, as the record has them. */
  known: Readonly<Record<string, string>>;
  /** Keeps these ids in the record. @throws ShowError if it cannot */
  keep(files: Record<string, string>): Promise<void>;
  readMade: ReadMade;
  log: Logger;
}

export interface PostedFiles {
  /**
   * Shares the part's files that are not shared yet, and deletes those of an earlier answer.
   * @throws ShowError `file` if Slack accepts no file; otherwise the error of Slack's client
   */
  show(part: Part): Promise<void>;
  /** Deletes the files that no part has. Never throws. */
  removeOthers(): Promise<void>;
}

/** Attempts before a file counts as refused, with any error. */
const MOST_ATTEMPTS = 3;

export function createPostedFiles(options: PostedFilesOptions): PostedFiles {
  const { held, keep, channel, log } = options;
  let noted: Record<string, string> = { ...options.known };
  /** Ids of made files that this process has shared, or seen shared. */
  const shared = new Set<string>();
  /** Ids of the files of the newest part that had some. */
  let current = new Set<string>();
  let failures = 0;

  async function note(made: string, file: string | undefined): Promise<void> {
    const { [made]: _, ...others } = noted;
    noted = file === undefined ? others : { ...others, [made]: file };
    await keep(noted);
  }

  async function share(made: MadeFile): Promise<void> {
    const before = noted[made.id];
    const isThere = before !== undefined && (await isSharedSoon(await held(), before, channel));
    if (!isThere) {
      // It must not appear later.
      if (before !== undefined) await deleteFile(await held(), before, channel);
      const bytes = await options.readMade(made);
      if (!bytes) return;
      const id = await uploadFile(await held(), made, bytes);
      await note(made.id, id);
      const client = await held();
      await shareFile(client, { id, title: made.name }, options);
      // The next answer in the place must stand below it.
      await isSharedSoon(client, id, channel).catch(() => {});
    }
    shared.add(made.id);
  }

  async function removeOthers(): Promise<void> {
    for (const [made, file] of Object.entries(noted)) {
      if (current.has(made)) continue;
      try {
        await deleteFile(await held(), file, channel);
        shared.delete(made);
        await note(made, undefined);
      } catch (error) {
        log.warn({ channel, code: loggable(error) }, 'file of an answer not deleted');
      }
    }
  }

  return {
    removeOthers,
    async show({ made }) {
      if (made) current = new Set(made.map(({ id }) => id));
      await removeOthers();
      try {
        for (const one of made ?? []) if (!shared.has(one.id)) await share(one);
        failures = 0;
      } catch (error) {
        if (error instanceof ShowError && error.kind === 'closed') throw error;
        const code = loggable(error);
        // A missing scope concerns files only: messages still work.
        if (!isSureRefusal(error) && ++failures < MOST_ATTEMPTS) throw showError(error);
        log.warn({ channel, code }, 'slack takes no file: an answer is shown without');
        throw new ShowError('file', undefined, error, code);
      }
    },
  };
}
