/** English sentences about the keys of the page. */
export const TITLE = 'Keyboard shortcuts';
export const CLOSE = 'Close keyboard shortcuts';
export const SEND = 'Send the message';
export const NEW_LINE = 'Begin a new line in the message';
export const STOP = 'Stop the answer, or close what is open';
export const NEW = 'Begin a new conversation';
export const EDIT = 'Edit your last message, in an empty message box';
export const FIND = 'Find a conversation, or what to do';
export const LIST = 'List these shortcuts';
/** The names that are printed on the keys. */
export const keys = {
  enter: 'Enter',
  escape: 'Esc',
  shift: 'Shift',
  control: 'Ctrl',
  command: '⌘',
};

/** The setting about shortcuts of a single character. */
export const single = {
  name: 'Shortcut of a single character',
  on: '? lists the shortcuts',
  off: 'Off',
  hint: 'Ctrl+/ (⌘/ on a Mac) lists them, too. Turn the other one off if it gets in the way of dictation.',
};
