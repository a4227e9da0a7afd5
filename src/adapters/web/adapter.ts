/** The web page as a platform: an answer is kept while it grows, and browsers follow it. */
import type { Hono } from 'hono';
import type { Adapter } from '../../core/ports.ts';
import { createLiveAnswers } from './live.ts';
import { createRoutes, type Env, type RoutesOptions } from './routes.ts';
import { PLATFORM } from './session.ts';

export type WebAdapterOptions = Omit<RoutesOptions, 'live'>;

export function createWebAdapter(options: WebAdapterOptions): Adapter & { routes: Hono<Env> } {
  const live = createLiveAnswers();
  return {
    name: PLATFORM,
    // The HTTP server is what starts and stops it.
    start: async () => {},
    stop: async () => {},
    whyNotReady: () => undefined,
    owns: (conversation) => conversation.startsWith(`${PLATFORM}:`),
    routes: createRoutes({ ...options, live }),
    home: (conversation) => conversation,
    async show(message, chunks) {
      const answer = live.open(message);
      try {
        answer.push({ type: 'status', status: 'thinking' });
        for await (const chunk of chunks) answer.push(chunk);
        return 'done';
      } finally {
        live.close(message);
      }
    },
  };
}
