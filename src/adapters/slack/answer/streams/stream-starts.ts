/** Starts the streams of one answer, until Slack refuses them or starting fails. */
import type { Logger } from 'pino';
import { type Part, ShowError } from '../../../../chat/answer/surface.ts';
import {
  isSureRefusal,
  loggable,
  refusesCards,
  refusesChunks,
  refusesStreams,
  showError,
} from '../../api/errors.ts';
import { isDirect } from '../../ids.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { createStreamContent, type NextContent, type StreamContent } from './stream-content.ts';
import type { StreamForm, Streaming } from './streaming.ts';

export interface StartsOptions {
  team: string;
  channel: string;
  /** The thread to answer in. Undefined in the channel itself. */
  thread: string | undefined;
  /** The asker, since a stream in a channel is addressed to a person. */
  asker: string;
  /** The asker's own workspace. In a shared channel it may be another one. */
  askersTeam(): Promise<string>;
  streaming: Streaming;
  /** @throws ShowError `closed` if another process now holds the turn */
  held(): Promise<Workspace['edits']>;
  log: Logger;
}

/** A stream that has begun. */
export interface StartedStream {
  ts: string;
  form: StreamForm;
  content: StreamContent;
}

export interface StreamStarts {
  /** Whether the answer's next message can be a stream. */
  isOn(): boolean;
  /** @throws the error of Slack's client, or ShowError `again` to try a lesser form, or a post */
  begin(part: Part): Promise<StartedStream>;
}

/** Attempts to start a stream when calls fail on the way. After these, the answer is posted. */
const MOST_STARTS = 2;

export function createStarts(options: StartsOptions): StreamStarts {
  const { team, channel, thread, asker, streaming, held, log } = options;
  let starts = 0;
  /** Whether Slack refuses streams for this answer, or starting one failed. */
  let isGivenUp = false;

  /** The form that Slack refused with this error, and not streams at all. */
  function refusedForm(error: unknown, form: StreamForm, next: NextContent) {
    if (next.hasCards && refusesCards(error)) return 'cards';
    return form !== 'text' && refusesChunks(error) ? 'chunks' : undefined;
  }

  /** The error to throw after a stream did not start. */
  function notBegun(error: unknown, form: StreamForm, next: NextContent): unknown {
    if (showError(error).kind === 'limited') return error;
    const refused = refusedForm(error, form, next);
    const isForAll = refused === undefined && refusesStreams(error);
    // A failure on the way is usually short.
    if (!isForAll && !isSureRefusal(error) && ++starts < MOST_STARTS) return error;
    if (refused) streaming.refusedForm(team, refused);
    else if (isForAll) streaming.refused(team, channel);
    isGivenUp ||= refused === undefined;
    const what = refused
      ? `slack takes no ${refused} in a stream here`
      : isForAll
        ? 'slack begins no stream here: answers are posted'
        : 'stream not begun: the answer is posted';
    log.warn({ channel, code: loggable(error) }, what);
    // Posts have a rate limit of their own, so the post waits for that.
    return new ShowError('again', 0, error);
  }

  return {
    /** In direct messages Slack allows streams in threads only (chat.startStream). */
    isOn: () => !isGivenUp && streaming.isOn(team, channel) && (thread !== undefined || !isDirect(channel)),
    async begin(part) {
      const form = streaming.formOf(team);
      const content = createStreamContent();
      const { steps, ...withoutCards } = part;
      const next = content.next(form === 'cards' ? part : withoutCards);
      if (!next) throw new ShowError('again');
      const recipient_team_id = await options.askersTeam();
      try {
        const { ts } = await (await held()).chat.startStream({
          channel,
          // Slack's types require a thread, Slack's documentation does not.
          ...((thread === undefined ? {} : { thread_ts: thread }) as { thread_ts: string }),
          ...contentIn(form, next),
          // Cards stand between the pieces of text, since nobody knows them beforehand.
          ...(form === 'cards' && { task_display_mode: 'timeline' }),
          recipient_user_id: asker,
          recipient_team_id,
        });
        if (ts === undefined) throw new ShowError('again');
        next.sent();
        return { ts, form, content };
      } catch (error) {
        throw notBegun(error, form, next);
      }
    },
  };
}

/** New content as arguments of a call. */
export function contentIn(form: StreamForm, { text, chunks }: Pick<NextContent, 'text' | 'chunks'>) {
  if (form === 'text') return text === '' ? {} : { markdown_text: text };
  return chunks.length === 0 ? {} : { chunks };
}
