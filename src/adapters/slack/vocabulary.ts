/** Slack's words. */
import { commandWords, type Vocabulary } from '../../core/vocabulary.ts';
import { en } from './sentences/en.ts';

export const SLACK_WORDS: Vocabulary = {
  ...commandWords((name) => `\`/parley ${name}\``),
  ...en.words,
  mention: (kind, id) => (kind === 'channels' ? `<#${id}>` : `<!subteam^${id}>`),
  // On Slack, Parley answers a channel's questions in threads anyway.
  hidden: ['replyIn'],
};
