/** A platform's words in core's sentences. */
import { phrases } from './sentences/en/words.ts';
import type { Choices } from './settings.ts';

export interface Vocabulary {
  /** The home of a tenant, as in "this server". */
  tenant: string;
  /** The tenant as a place, such as "on this server". */
  here: string;
  /** A person who may delete other people's messages, such as "a moderator". */
  moderator: string;
  roles: {
    /** The setting's label. */
    label: string;
    /** Tells a person without such a role whom Parley answers. */
    lacking: string;
  };
  /** A command in Markdown, such as "`/key set`". The page has no commands: no sentence there names one. */
  command(name: string): string;
  /** The end of a sentence: where a person changes each setting. */
  changing: Record<'key' | 'model' | 'settings' | 'limits', string>;
  /** A part of a sentence: how a person begins a new conversation. */
  afresh: string;
  /** How a person gets or deletes what is stored. */
  stored: string;
  /** A channel or role as a message shows it, by its id. */
  mention(kind: 'channels' | 'roles', id: string): string;
  /** Settings that mean nothing on the platform. */
  hidden: (keyof Choices)[];
}

/** The phrases of a platform on which commands do all of that. */
export function commandWords(
  command: Vocabulary['command'],
): Pick<Vocabulary, 'command' | 'changing' | 'afresh' | 'stored'> {
  return {
    command,
    changing: {
      key: phrases.by(command('key set')),
      model: phrases.by(command('model')),
      settings: phrases.within(command('settings')),
      limits: phrases.by(command('limits')),
    },
    afresh: phrases.afresh(command('new')),
    stored: phrases.stored(command('export'), command('forget')),
  };
}
