/** English sentences about the keys of the page. */
export const TITLE = 'Keyboard shortcuts';
export const CLOSE = 'Close keyboard shortcuts';
export const SEND = 'Send the message';
export const NEW_LINE = 'Begin a new line in the message';
export const STOP = 'Stop the answer, or close what is open';
export const NEW = 'Begin a new conversation';
export const LIST = 'List these shortcuts';
/** The names that are printed on the keys. */
export const keys = {
  enter: 'Enter',
  escape: 'Esc',
  shift: 'Shift',
  control: 'Ctrl',
  command: '⌘',
};
