/** The web page as a platform: an answer is kept while it grows, and browsers follow it. */
import type { Hono } from 'hono';
import type { Adapter, Topics } from '../../core/platform.ts';
import { LOST, RESTART, SHUTDOWN } from '../../core/turn/queue.ts';
import { createChanges } from './answer/changes.ts';
import { createReaders } from './answer/event-stream.ts';
import { createLiveAnswers } from './answer/live-answers.ts';
import { createStreamPlaces } from './answer/stream-places.ts';
import { createFeeds } from './answer/turn-feed.ts';
import { createMarkUnread } from './answer/unread.ts';
import { createDmChanges } from './server/dms/dm-changes.ts';
import type { Env } from './server/route-tools.ts';
import { createRoutes, type RoutesOptions } from './server/routes.ts';
import { PLATFORM } from './sessions/session.ts';
import { createTitleJobs, type TitleJobsOptions } from './titles/title-jobs.ts';

export type WebAdapterOptions = Omit<
  RoutesOptions,
  'feeds' | 'readers' | 'places' | 'changes' | 'dmChanges'
> &
  Omit<TitleJobsOptions, 'changes'> & {
    topics: Topics;
  };

/** Reasons to stop an attempt after which the turn goes on later, or in another process. */
const GOES_ON: unknown[] = [SHUTDOWN, LOST, RESTART];

export function createWebAdapter(options: WebAdapterOptions): Adapter & { routes: Hono<Env> } {
  const live = createLiveAnswers();
  const readers = createReaders();
  const places = createStreamPlaces(options.topics);
  const changes = createChanges(options.topics);
  const titles = createTitleJobs({ ...options, changes });
  const { door, signIn } = options.gate;
  const dmChanges = createDmChanges({ ...options, changes, people: signIn?.people });
  const feeds = createFeeds({ ...options, live });
  const markUnread = createMarkUnread({ ...options, changes });
  // Sessions that were open are refused from then on; those with the token come back at once.
  door.onClosed(() => places.end());
  return {
    name: PLATFORM,
    // The HTTP server starts the page.
    start: async () => titles.start(),
    stop: async () => {
      await titles.stop();
      door.stop();
      signIn?.people.stop();
      dmChanges.stop();
      changes.stop();
      places.stop();
      readers.stop();
    },
    whyNotReady: () => undefined,
    routes: createRoutes({ ...options, feeds, readers, places, changes, dmChanges }),
    async show(message, chunks, { signal, settings }) {
      const attempt = live.open(message);
      let isAnswered = false;
      try {
        for await (const chunk of chunks) {
          const isLast = chunk.type === 'end' && !signal.aborted;
          if (isLast && !feeds.isFollowed(message)) await markUnread(message);
          // The turn's real end is in the store, where its readers look next.
          if (chunk.type === 'end' && GOES_ON.includes(signal.reason)) continue;
          attempt.push(chunk);
          isAnswered = chunk.type === 'end' && (live.get(message)?.text ?? '') !== '';
        }
        if (isAnswered) await titles.answered(message, settings);
        return 'done';
      } finally {
        attempt.close();
      }
    },
  };
}
