/** Attaches the rest of an answer as a file, where Slack accepts files. */
import type { Logger } from 'pino';
import { type Part, ShowError } from '../../../../chat/answer/surface.ts';
import { isSureRefusal, loggable, showError } from '../../api/errors.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';

export interface AnswerFileOptions {
  workspace(): Promise<Workspace>;
  channel: string;
  thread: string | undefined;
  log: Logger;
}

export interface AnswerFiles {
  /**
   * Attaches the file of a part. Further calls do nothing.
   * @throws ShowError `file` if Slack accepts no file; otherwise the error of Slack's client
   */
  attach(ts: string, part: Part): Promise<void>;
}

/** Attempts before an upload counts as refused, with any error. */
const MOST_ATTEMPTS = 3;

export function createAnswerFiles({ workspace, channel, thread, log }: AnswerFileOptions): AnswerFiles {
  const uploaded = new Set<string>();
  let failures = 0;

  return {
    async attach(ts, { file }) {
      if (!file || uploaded.has(ts)) return;
      const { client } = await workspace();
      const request = { channel_id: channel, filename: file.name, content: file.text };
      try {
        await client.filesUploadV2(thread === undefined ? request : { ...request, thread_ts: thread });
        uploaded.add(ts);
      } catch (error) {
        const code = loggable(error);
        // A missing scope concerns files only: messages still work.
        if (!isSureRefusal(error) && ++failures < MOST_ATTEMPTS) throw showError(error);
        log.warn({ channel, code }, 'slack takes no file: the rest of an answer comes as messages');
        throw new ShowError('file', undefined, error, code);
      }
    },
  };
}
