/** The page's words: people change all settings in a dialogue of it. */
import type { Vocabulary } from '../../core/vocabulary.ts';
import { fromServer } from './sentences/en.ts';

const { IN_PANEL, ...words } = fromServer.words;

export const PAGE_WORDS: Vocabulary = {
  ...words,
  command: (name) => `\`/${name}\``,
  changing: { key: IN_PANEL, model: IN_PANEL, settings: IN_PANEL, limits: IN_PANEL },
  mention: (_, id) => id,
  hidden: [],
};
