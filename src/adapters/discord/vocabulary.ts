/** Discord's words. */
import { commandWords, type Vocabulary } from '../../core/vocabulary.ts';

export const DISCORD_WORDS: Vocabulary = {
  ...commandWords((name) => `\`/${name}\``),
  tenant: 'server',
  here: 'on this server',
  moderator: 'a moderator',
  roles: { label: 'Roles', lacking: 'people with certain roles here, and you have none of them' },
  mention: (kind, id) => (kind === 'channels' ? `<#${id}>` : `<@&${id}>`),
  hidden: [],
};
