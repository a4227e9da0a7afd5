/** Surfaces that note what is shown. Only buttons are set on a Slack, as the real surface does. */
import { WebClient } from '@slack/web-api';
import { type StandingMessage, setButtonsOf } from '../../../src/adapters/slack/answer/standing-message.ts';
import type { Part, Surface } from '../../../src/chat/answer/surface.ts';
import { createPacer } from '../../../src/chat/pacing/pacing.ts';

export interface ShownCall {
  kind: 'post' | 'edit' | 'remove';
  id: string;
  part?: Part;
}

/** @param shown gets each call */
export function recordedSurfaces(shown: ShownCall[], slackApiUrl: string, channel: string) {
  const pacer = createPacer();
  const client = new WebClient('xoxb-1', { slackApiUrl, retryConfig: { retries: 0 } });
  return (turn: string, standing?: StandingMessage): Surface => ({
    async post(part, index) {
      shown.push({ kind: 'post', id: `${turn}/${index}`, part });
      return `${turn}/${index}`;
    },
    edit: async (id, part) => void shown.push({ kind: 'edit', id, part }),
    remove: async (id) => void shown.push({ kind: 'remove', id }),
    setButtons: async (_, buttons, note) =>
      standing !== undefined && setButtonsOf(standing, { client, channel, turn }, buttons, note),
    indicate: () => () => {},
    bucket: () => pacer.bucket('all', { limit: 100, windowMs: 100 }),
  });
}
