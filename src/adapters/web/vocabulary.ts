/** The page's words: people change all settings in its side panel. */
import type { Vocabulary } from '../../core/vocabulary.ts';

const PANEL = 'in the side panel';

export const PAGE_WORDS: Vocabulary = {
  tenant: 'page',
  here: 'on this page',
  moderator: 'an admin',
  roles: { label: 'Roles', lacking: 'certain people here, and you are none of them' },
  command: (name) => `\`/${name}\``,
  changing: { key: PANEL, model: PANEL, settings: PANEL },
  afresh: 'begin a new conversation',
  stored: 'Delete a conversation in the list of conversations.',
  mention: (_, id) => id,
  hidden: [],
};
