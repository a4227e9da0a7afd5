/** Discord's words. */
import { commandWords, type Vocabulary } from '../../core/vocabulary.ts';
import { en } from './sentences/en.ts';

export const DISCORD_WORDS: Vocabulary = {
  ...commandWords((name) => `\`/${name}\``),
  ...en.words,
  mention: (kind, id) => (kind === 'channels' ? `<#${id}>` : `<@&${id}>`),
  hidden: [],
};
