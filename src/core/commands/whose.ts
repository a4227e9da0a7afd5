/**
 * Decides what a command takes of a place: the caller's own messages with their answers, or everything, which only
 * moderators may take.
 */

import { en } from '../sentences/en.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { CommandCall, CommandOption } from './command.ts';

/** Values of the option. */
export const MINE = 'mine';
export const ALL = 'conversation';

export const WHOSE_CHOICES: NonNullable<CommandOption['choices']> = [
  { value: MINE, label: en.commands.whose.mine },
  { value: ALL, label: en.commands.whose.all },
];

/** The place as a sentence names it. */
export function nameOfPlace({ place }: CommandCall): string {
  return place.kind === 'channel' ? en.commands.placeNames.channel : en.commands.placeNames.other;
}

/** Whether the caller may read and delete what others said there: an admin, or a moderator who may ask there. */
export function mayTakeAll({ isAdmin, isModerator, access }: CommandCall): boolean {
  return isAdmin || (isModerator && access === 'yes');
}

/** The sentence when none of the messages there are the caller's. A caller who may not ask is told that instead. */
export function nothingThere({ access, isAdmin }: CommandCall, words: Vocabulary, otherwise: string): string {
  return access === 'yes' ? otherwise : en.notices.notAnswered(access, words, isAdmin);
}

/** The caller's name in a sentence for everybody, without characters that Markdown or a platform would interpret. */
export function nameInPublic({ author }: CommandCall): string {
  return author.name.replace(/[^\p{L}\p{M}\p{N}.'_-]+/gu, ' ').trim() || en.commands.SOMEBODY;
}
