/** The surfaces of all answers on Slack. */
import type { Logger } from 'pino';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import { FIRST_SHOWING, type ShownBy } from '../../../chat/answer/shown-by.ts';
import type { Surface } from '../../../chat/answer/surface.ts';
import { createPacer } from '../../../chat/pacing/pacing.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Attachments } from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import { bucketOf } from '../api/limits.ts';
import { channelOf, teamOf, threadOf } from '../ids.ts';
import { tsAt } from '../incoming/missed.ts';
import type { People } from '../reading/people.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import type { StandingMessage } from './standing-message.ts';
import { createStreaming } from './streams/streaming.ts';
import { createSurface } from './surface.ts';

export interface SurfacesOptions {
  workspaces: Workspaces;
  people: Pick<People, 'find'>;
  queue: Pick<TurnQueue, 'cancel'>;
  attachments: Pick<Attachments, 'get'>;
  log: Logger;
}

export interface Surfaces {
  ofAnswer(turn: string, record: AnswerRecord, by?: ShownBy): Surface;
  /** The surface of an answer of which Slack sent one message with a press. */
  ofPressed(turn: string, record: AnswerRecord, standing: StandingMessage | undefined): Surface;
}

/** The most by which Parley's clock may be ahead of Slack's, ms. */
const CLOCKS_MS = 60_000;

export function createSurfaces({ workspaces, people, queue, attachments, log }: SurfacesOptions): Surfaces {
  const pacer = createPacer();
  const streaming = createStreaming();

  function surfaceOf(
    turn: string,
    { conversation, asker, ids, files = {}, fromPage }: AnswerRecord,
    { number, isHeld, keepFiles = async () => {} }: ShownBy,
    standing?: StandingMessage,
  ): Surface {
    const [team, channel] = [teamOf(conversation), channelOf(conversation)];
    return createSurface({
      workspaces,
      streaming,
      bucket: (method) => bucketOf(pacer, method, team, channel),
      team,
      channel,
      thread: threadOf(conversation),
      turn,
      asked: fromPage === undefined ? undefined : tsAt(fromPage - CLOCKS_MS),
      asker,
      askersTeam: async () => (await people.find(team, asker))?.team ?? team,
      onStopped() {
        queue.cancel(conversation, turn).catch((error: unknown) => {
          log.error({ error: whereFrom(error) }, 'turn not stopped');
        });
      },
      known: ids,
      isResumed: number > 1,
      standing,
      files: {
        known: files,
        keep: keepFiles,
        readMade: async ({ id }) => (await attachments.get(conversation, id))?.bytes,
      },
      isHeld,
      log,
    });
  }

  return {
    ofAnswer: (turn, record, by = FIRST_SHOWING) => surfaceOf(turn, record, by),
    ofPressed: (turn, record, standing) => surfaceOf(turn, record, FIRST_SHOWING, standing),
  };
}
