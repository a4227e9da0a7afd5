/** Parley's own sentences, as messages without buttons that belong to no answer. */
import type { Logger } from 'pino';
import { en } from '../../core/sentences/en.ts';
import type { Chunk } from '../../core/types.ts';
import type { Document } from '../markdown/document.ts';
import { showAnswer } from './showing/show-answer.ts';
import type { Surface } from './surface.ts';

export interface SayingOptions {
  /** Returns an empty document in the platform's dialect. */
  blank(): Document;
  /** Marks a notice, so that it differs from the model's text. */
  notice(text: string): string;
  /** As of `ShowOptions`. */
  isNoticeApart?: boolean;
  log: Logger;
}

/** None of these throws. */
export interface Saying {
  /** Says Markdown. */
  say(surface: Surface, text: string): Promise<void>;
  /** Says a notice. Its marks are the platform's own; as Markdown, they would be shown. */
  sayNotice(surface: Surface, text: string): Promise<void>;
}

export function createSaying({ blank, notice, isNoticeApart = false, log }: SayingOptions): Saying {
  async function sayAll(surface: Surface, said: Chunk[]): Promise<void> {
    async function* chunks(): AsyncGenerator<Chunk> {
      yield* said;
    }
    await showAnswer({
      chunks: chunks(),
      surface,
      document: blank(),
      notice,
      isNoticeApart,
      blockedNotice: en.notices.blocked,
      onMessages: () => {},
      abort: () => {},
      isRestarting: () => false,
      buttons: () => [],
      log,
    }).done;
  }

  return {
    say: (surface, text) =>
      sayAll(surface, [
        { type: 'text', text },
        { type: 'end', end: 'stop' },
      ]),
    sayNotice: (surface, text) => sayAll(surface, [{ type: 'end', end: 'stop', notice: text }]),
  };
}
