/** Every sentence that Parley says by itself, but for those about failures (failure-notice.ts). */

import type { Access } from '../access/access.ts';
import type { BaseUrlPolicy, BaseUrlProblem } from '../models/base-url.ts';
import { inWords } from '../text/in-words.ts';
import type { End } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** The notice for an ending that is no failure; undefined where the answer speaks for itself. */
export function endNotice(end: End): string | undefined {
  switch (end) {
    case 'length':
      return 'The answer reached the longest the model may write.';
    case 'stopped':
      return 'Stopped.';
    case 'refused':
      return 'The model declined to answer this.';
    default:
      return undefined;
  }
}

/** Notice under an answer whose model took no pictures. */
export function unseenNotice(images: number, model: string | undefined): string {
  const [what, it] = images === 1 ? ['your picture', 'it'] : ['your pictures', 'them'];
  const who = model === undefined ? 'The model' : `“${model}”`;
  return `${who} did not take ${what}, so it answered without seeing ${it}.`;
}

export const SHUTDOWN_NOTICE = 'Parley is being restarted. This answer goes on when it is back.';

export const INTERRUPTED_NOTICE = 'Interrupted by a newer message.';

export const RESTART_NOTICE =
  'This answer was interrupted before its end, by a restart or a failure of Parley. Try again.';

/** Instead of an answer, where too many messages wait already. */
export const BUSY_NOTICE =
  'There are too many messages here that are not answered yet. Say this again when they are.';

/** Instead of another notice, where an answer was shown but could not be kept. */
export const NOT_KEPT_NOTICE =
  'This answer is not stored yet, because Parley cannot reach its store. It goes on trying; should it be stopped before that, it will not remember this: copy what you need.';

/** Said of a message that is tried again until the store is back. */
export const LATER_NOTICE = 'Parley cannot reach its store just now. It answers this as soon as it can.';

/** Notices for a request other than a question, when the store or Parley itself failed. */
export const STORE_NOTICE = 'Parley cannot reach its store just now. Try again in a moment.';
export const BUG_NOTICE = 'Parley made a mistake here. Try again.';

/** Why a person is not answered. @param isAdmin whether they may set a key there */
export function accessNotice(access: Exclude<Access, 'yes'>, words: Vocabulary, isAdmin = false): string {
  switch (access) {
    case 'channel':
      return 'Parley does not answer in this channel. An admin chose other ones.';
    case 'role':
      return `Parley answers only ${words.roles.lacking}.`;
    case 'admins':
      return 'Parley answers only admins here.';
    case 'server':
    case 'workspace':
      return `Parley does not answer ${words.here}, because whoever runs it has not allowed that.`;
    case 'person':
      return 'Parley does not answer you, because whoever runs it has not allowed that.';
    case 'direct':
      return 'Parley answers no direct messages, because whoever runs it turned them off. Ask it in a channel.';
    case 'own-key':
      return `Parley answers here only with an API key of your own. ${isAdmin ? 'Set one' : 'Ask an admin to set one'} ${words.changing.key}.`;
  }
}

/** Instead of an answer, where a person sent too many messages within a minute. */
export function tooManyNotice(seconds: number): string {
  return `That was a lot in one minute. Come again ${inWords(seconds * 1_000)}.`;
}

/** Why a model is not taken that the operator does not pay for. */
export function notOfferedNotice(models: string[]): string {
  const names = models.slice(0, MOST_NAMED_MODELS).map((model) => `\`${model}\``);
  const more = models.length > names.length ? ' and some more' : '';
  return `Whoever runs Parley pays here only for ${names.join(', ')}${more}. To use another model, set an API key of your own first.`;
}
const MOST_NAMED_MODELS = 10;

export const EFFORT_NOT_OFFERED_NOTICE =
  'Whoever runs Parley pays here only for the reasoning effort that the model has by itself. To choose another, set an API key of your own first.';

export const ADMINS_ONLY_NOTICE = 'Only an admin can do that.';
export const moderatorsOnlyNotice = ({ moderator }: Vocabulary) => `Only ${moderator} can do that.`;
export const noCommandNotice = ({ command }: Vocabulary) =>
  `There is no such command here. ${command('help')} lists those there are.`;
/** Said of a form or a panel that is older than this Parley. */
export const OLD_FORM_NOTICE = 'This form is out of date. Use the command again.';

/** Why a base URL is not taken. */
export function baseUrlNotice(problem: 'off' | 'https' | BaseUrlProblem, policy: BaseUrlPolicy): string {
  switch (problem) {
    case 'off':
      return 'Whoever runs this Parley does not allow base URLs of your own.';
    case 'https':
      return 'A base URL has to begin with https:// here, such as https://openrouter.ai/api/v1.';
    case 'secret':
      return 'A base URL must hold no password or key. Leave it out there, and set it as the API key.';
    case 'form': {
      const scheme = policy === 'public' ? 'https' : 'http or https';
      return `A base URL is an ${scheme} address such as https://openrouter.ai/api/v1.`;
    }
  }
}

/** Replaces a text that a content rule refuses. */
export const BLOCKED_NOTICE =
  'This answer cannot be shown here: the rules of this place do not let its text through.';
/** Replaces a part of an answer that a content rule refuses. */
export const NOT_ACCEPTED_NOTICE = 'This text was not accepted here.';
/** Replaces a text that the platform refuses in every form. */
export const UNSHOWN_NOTICE =
  "This part of the answer couldn't be shown here. Press Regenerate to get it again.";

/** Follows a part of an answer whose rest could not be shown. */
export const REST_UNSHOWN_NOTICE = "The rest of this answer couldn't be shown here.";

/**
 * Tells the asker elsewhere why the answer is not complete at the place.
 * @param where the place, as the platform mentions it
 * @param obstacle a permission that Parley lacks, by the platform's name for it; else the platform's code
 */
export function unwritableNotice(
  where: string,
  obstacle: { permission: string } | { code: string } | 'locked',
  { moderator }: Vocabulary,
): string {
  if (obstacle === 'locked')
    return `I can't answer you in ${where}: it is locked. Ask ${moderator} to unlock it, then ask again.`;
  if ('permission' in obstacle)
    return `I can't answer you in ${where}: I'm missing the permission “${obstacle.permission}” there. Ask an admin to give it to me, then ask again.`;
  return `I couldn't show you the whole answer in ${where}: it was refused there (${obstacle.code}). Ask again in a moment, or somewhere else.`;
}

/** Shown until the text of an answer comes. */
export const THINKING = 'Thinking …';
export const STILL_THINKING = 'Still thinking …';

export const ANSWER_TOO_OLD = 'This answer was forgotten, or is too old for its buttons.';
/** Answers a press of Delete that failed. */
export const notDeletedNotice = ({ moderator }: Vocabulary) =>
  `I couldn't delete all of this answer. Try again in a moment, or ask ${moderator}.`;
/** Replaces a model's reasoning that is not kept any more. */
export const NO_THOUGHTS = "The model's thinking about this answer isn't kept any more.";
/** Instead of an answer to what was forgotten before it was read. */
export const FORGOTTEN_NOTICE = 'This was forgotten before I could answer it.';
export const BUSY_OR_GONE = 'This is being answered already, or was forgotten.';
export const notYourButton = ({ moderator }: Vocabulary) =>
  `Only the person who asked, or ${moderator}, can do that.`;
/** A person's command, after an answer that was cut for its length. */
export const CONTINUE_PROMPT =
  'Go on exactly where your last answer was cut off. Repeat nothing of it, and begin without an introduction.';
/** A person's command about somebody's message, which goes along as a quote. */
export const ASK_ABOUT_PROMPT = 'Answer this message.';

/** Answers a message or reference in which there is nothing to read. */
export const UNREADABLE_NOTICE =
  'I can’t read anything in that. Tell me in words what it shows, or attach it as an image, a text file or audio.';
/** Answers a message whose text the platform withholds because it does not mention Parley. */
export const WITHHELD_NOTICE =
  'I can’t see what you wrote, because I’m only shown messages that mention me here. Mention me and say it again.';

export const NOTHING_TO_STOP = 'Nothing is being answered here just now.';
export const ANSWERED_PRIVATELY = 'I answer you in our direct messages.';
export const NOT_A_MEMBER = 'I cannot write in this channel. Invite me to it first, then ask again.';
