/** English notices: about answers, their buttons, and requests that are refused. en/failures.ts has those of failures. */

import type { BaseUrlPolicy, BaseUrlProblem } from '../../models/base-url.ts';
import type { Repeated } from '../../models/model.ts';
import type { WhyUnread } from '../../turn/asking/documents.ts';
import type { End } from '../../types.ts';
import type { Vocabulary } from '../../vocabulary.ts';
import { plural } from './plural.ts';
import { afterMs, dateAndTime } from './times.ts';

/** Notices for endings that are no failure. An ending without one speaks for itself. */
export const endings: Partial<Record<End, string>> = {
  length: 'The answer reached the longest the model may write, so it stops here.',
  stopped: 'Stopped.',
  refused: 'The model declined to answer this.',
};

/** Stands under an answer whose model took no pictures. */
export function picturesUnseen(pictures: number, model: string | undefined): string {
  const who = model === undefined ? 'The model' : `“${model}”`;
  return plural(pictures, {
    one: `${who} did not take your picture, so it answered without seeing it.`,
    other: `${who} did not take your pictures, so it answered without seeing them.`,
  });
}

/** Stands under an answer to a message with documents that could not be read. */
export function filesUnread(files: { name: string; why: WhyUnread }[]): string {
  return files
    .slice(0, MOST_NAMED_FILES)
    .map(({ name, why }) => `“${name}” ${WHY_UNREAD[why]}`)
    .join(' ');
}
const MOST_NAMED_FILES = 5;

const WHY_UNREAD: Record<WhyUnread, string> = {
  password: 'is protected by a password. Attach it without one.',
  old: 'has an old format of Office. Save it as docx, xlsx, pptx or PDF, and attach that.',
  broken: 'couldn’t be read: it is damaged, or Parley doesn’t know its format.',
  empty: 'holds no text that Parley can read. If it is a scan, attach its pages as pictures.',
  large: 'is too large to read. Attach a part of it.',
  archive: 'is an archive that Parley can’t open. Attach the files in it, or a zip archive.',
  slow: 'took too long to read. Try again, or attach a part of it.',
};

export const restarting = 'Parley is being restarted. This answer goes on when it is back.';

export const interrupted = 'Interrupted by a newer message.';

export const cutByRestart =
  'This answer was interrupted before its end, by a restart or a failure of Parley. Try again.';

/** Instead of an answer, where too many messages wait already. */
export const tooManyWaiting =
  'There are too many messages here that are not answered yet. Say this again when they are.';

/** Instead of another notice, where an answer was shown but could not be kept. */
export const notKept =
  'This answer is not stored yet, because Parley cannot reach its store. It keeps trying. Copy what you need: if Parley is stopped before that, it will not remember this.';

/** Stands under an answer that was given to the same request before. */
export function answeredBefore({ at, isStale }: Repeated, timeZone: string | undefined): string {
  const when = dateAndTime(at, timeZone);
  return isStale
    ? `The model can’t be reached just now. This is what it answered to the same question on ${when}.`
    : `Answered before, on ${when}. Press Regenerate to ask the model anew.`;
}

/** Said of a message that is tried again until the store is back. */
export const answeredLater = 'Parley cannot reach its store just now. It answers this as soon as it can.';

/** Notices for a request other than a question, when the store or Parley itself failed. */
export const storeAway = 'Parley cannot reach its store just now. Try again in a moment.';
export const mistake = 'Parley made a mistake here. Try again.';

type NoAccess = 'channel' | 'role' | 'admins' | 'server' | 'workspace' | 'person' | 'direct' | 'own-key';

/** Why a person is not answered. @param isAdmin whether they may set a key there */
export function notAnswered(access: NoAccess, words: Vocabulary, isAdmin = false): string {
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
export const tooManyAMinute = (seconds: number) =>
  `That was a lot in one minute. Come again ${afterMs(seconds * 1_000)}.`;

/** Why a model is not taken that the operator does not pay for. */
export function modelNotOffered(models: string[]): string {
  const names = models.slice(0, MOST_NAMED_MODELS).map((model) => `\`${model}\``);
  const more = models.length > names.length ? ' and some more' : '';
  return `Whoever runs Parley pays here only for ${names.join(', ')}${more}. To use another model, set an API key of your own first.`;
}
const MOST_NAMED_MODELS = 10;

export const effortNotOffered =
  'Whoever runs Parley pays here only for the reasoning effort that the model has by itself. To choose another, set an API key of your own first.';

export const adminsOnly = 'Only an admin can do that.';
export const moderatorsOnly = ({ moderator }: Vocabulary) => `Only ${moderator} can do that.`;
export const noCommand = ({ command }: Vocabulary) =>
  `There is no such command here. ${command('help')} lists those there are.`;
/** Said of a form or a panel that is older than this Parley. */
export const oldForm = 'This form is out of date. Use the command again.';
/** Said when what a command showed can be answered no more. */
export const tookTooLong = 'That took too long. Try it again.';

/** Why a base URL is not taken. */
export function baseUrlRefused(problem: 'off' | 'https' | BaseUrlProblem, policy: BaseUrlPolicy): string {
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
export const blocked =
  'This answer cannot be shown here: the rules of this place do not let its text through.';
/** Replaces a part of an answer that a content rule refuses. */
export const partBlocked = 'This text was not accepted here.';
/** Replaces a text that the platform refuses in every form. */
export const partUnshown =
  "This part of the answer couldn't be shown here. Press Regenerate to get it again.";
/** Follows a part of an answer whose rest could not be shown. */
export const restUnshown = "The rest of this answer couldn't be shown here.";

/** Stands over a quote of what a person wrote at the page, in their direct messages on a platform. */
export const writtenAtPage = '**You wrote on the page:**';

/** Refuses what a person writes at the page, in direct messages of a platform. */
export const awayFromThere =
  'Parley can’t write in this conversation any more. Write to it on the platform itself.';

/** Stands at the page under an answer that the platform does not let Parley write. */
export const unshown =
  'Parley isn’t allowed to write in your direct messages there, so it stopped. Allow its messages there, then send this again.';

/** Shown until the text of an answer comes. */
export const thinking = 'Thinking …';
export const stillThinking = 'Still thinking …';
/** Shown while several tools run. @param line about the newest of them */
export const alsoRunning = (line: string, others: number) => (others > 0 ? `${line} (+${others})` : line);
/** Shown between an answer's words. @param words the model's own about its work */
export const working = (words: string) => `Working: “${words}”`;

/** Answers a press of a button whose answer is not there any more. */
export const answerGone = 'This answer was forgotten, or is too old for its buttons.';
/** Answers a press of Delete that failed. */
export const notDeleted = ({ moderator }: Vocabulary) =>
  `I couldn't delete all of this answer. Try again in a moment, or ask ${moderator}.`;
/** Replaces a model's reasoning that is not kept any more. */
export const thoughtsGone = "The model's thinking about this answer isn't kept any more.";
/** The answer to a press of TL;DR. @param text the model's */
export const shortVersion = (text: string) => `**TL;DR**\n\n${text}`;
/** Answers a press of TL;DR on an answer without text, or one that is being written. */
export const nothingToShorten = 'There is no finished answer here to sum up.';
/** Instead of an answer to what was forgotten before it was read. */
export const forgotten = 'This was forgotten before I could answer it.';
export const busyOrForgotten = 'This is being answered already, or was forgotten.';
export const notYours = ({ moderator }: Vocabulary) =>
  `Only the person who asked, or ${moderator}, can do that.`;
export const nothingToStop = 'Nothing is being answered here just now.';

/** Answers a message or reference in which there is nothing to read. */
export const unreadable =
  'I can’t read anything in that. Tell me in words what it shows, or attach it as an image, a text file, a document or audio.';
