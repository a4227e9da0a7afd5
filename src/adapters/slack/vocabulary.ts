/** Slack's words. */
import { commandWords, type Vocabulary } from '../../core/vocabulary.ts';

export const SLACK_WORDS: Vocabulary = {
  ...commandWords((name) => `\`/parley ${name}\``),
  tenant: 'workspace',
  here: 'in this workspace',
  moderator: 'an admin',
  roles: {
    label: 'User groups',
    lacking: 'people of certain user groups here, and you are in none of them',
  },
  mention: (kind, id) => (kind === 'channels' ? `<#${id}>` : `<!subteam^${id}>`),
  // On Slack, Parley answers a channel's questions in threads anyway.
  hidden: ['replyIn'],
};
