/** English sentences of a conversation on the page: its messages, its answers, and the way there. */
import { labels } from '../../../../core/sentences/en/buttons.ts';
import { plural } from '../../../../core/sentences/en/plural.ts';

export const SKIP_TO_MESSAGE = 'Skip to the message box';
export const MENU = 'Menu';
export const TRY_AGAIN = 'Try again';
/** Puts a selected passage of an answer before the next message. */
export const QUOTE = 'Quote';
export const LOADING = 'Loading…';

/** A conversation without messages. */
export const welcome = {
  title: 'What’s on your mind?',
  invitation: 'Ask anything, think out loud, or begin with one of these.',
  examples: [
    'Explain how rainbows form, as if to a curious ten-year-old',
    'Write a Python script that renames photos by the date they were taken',
    'Help me plan a quiet weekend: one walk, one meal, one good book',
  ],
  /** @param link makes the words between a link to the settings */
  demo: <Link>(link: (words: string) => Link) => [
    'The built-in demo answers. ',
    link('Add an API key'),
    ' to talk to a real model.',
  ],
};

/** The turns of the open conversation. */
export const log = {
  name: 'Conversation',
  showEarlier: 'Show earlier messages',
  showLater: 'Show later messages',
  jump: 'Jump to latest',
};

export const message = {
  name: 'You said',
  files: 'Attached files',
  /** A message with which a person pressed Continue. */
  continued: labels.continue,
  sending: 'Sending…',
  heldUp: 'Not sent yet, reconnecting…',
  takeBack: 'Take back',
};

export const answer = {
  name: 'Parley said',
  notice: 'From Parley itself',
  copy: 'Copy',
  regenerate: labels.regenerate,
  continue: labels.continue,
  delete: 'Delete message',
  deleteQuestion: 'Delete this message and its answer for good?',
  showThinking: labels.thoughts,
  short: labels.short,
  makingShort: 'Summing up…',
  files: 'Pictures and files of this answer',
  /** Saves a picture. */
  save: 'Save',
};

/** The tools that an answer used. */
export const steps = {
  /** A line that opens to the steps. */
  summary: (count: number) => plural(count, { one: 'Used a tool once', other: `Used tools ${count} times` }),
  /** After a step's line, for screen readers. */
  states: { running: 'in progress', done: 'done', failed: 'failed' },
  input: 'Asked for',
  output: 'What came of it',
  nothing: 'Nothing came of it.',
};

/** Instead of the text of an answer that is not there yet. */
export const progress = {
  waiting: 'Waiting until the answer before it is done…',
  thinking: 'Thinking…',
  stillThinking: 'Still thinking…',
  writing: 'Writing…',
  working: 'Working…',
  retrying: 'The model is busy. Trying again…',
  reconnecting: 'Reconnecting to Parley…',
};

/** Said by screen readers when an answer has ended. */
export const ended = {
  answered: 'Parley has answered.',
  withNotice: 'Parley has answered, with a notice.',
  unanswered: 'There is no answer. A notice says why.',
};
