/**
 * Decides whose part of a place a command takes: the caller's own messages with their answers, or all of it, which is
 * for moderators.
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

/** The place, as a sentence names it. */
export function nameOfPlace({ place }: CommandCall): string {
  return place.kind === 'channel' ? en.commands.placeNames.channel : en.commands.placeNames.other;
}

/** Whether somebody may read and delete what other people said there. Who may not ask there may not, but for admins. */
export function mayTakeAll({ isAdmin, isModerator, access }: CommandCall): boolean {
  return isAdmin || (isModerator && access === 'yes');
}

/** Instead of a sentence that there is nothing of theirs: who may not ask is told so. */
export function nothingThere({ access, isAdmin }: CommandCall, words: Vocabulary, otherwise: string): string {
  return access === 'yes' ? otherwise : en.notices.notAnswered(access, words, isAdmin);
}

/** The caller's name in a sentence that everybody reads, without what Markdown or a platform would make something of. */
export function nameInPublic({ author }: CommandCall): string {
  return author.name.replace(/[^\p{L}\p{M}\p{N}.'_-]+/gu, ' ').trim() || en.commands.SOMEBODY;
}
