/** English sentences of the palette: it finds conversations, and what can be done. */
export const TITLE = 'Find or do';
export const CLOSE = 'Close';
export const FIELD = 'A conversation, a word, or what to do';

export const groups = {
  recent: 'Recent conversations',
  conversations: 'Conversations',
  actions: 'What you can do',
  found: 'In your messages and answers',
};

/** `also`: other words that find it. */
export const actions = {
  new: { label: 'New conversation', also: 'begin start chat' },
  list: { label: 'Go to the list of conversations', also: 'sidebar panel search menu' },
  message: { label: 'Write a message', also: 'go to focus box' },
  shortcuts: { label: 'Keyboard shortcuts', also: 'keys help' },
  model: { label: 'Choose the model', also: 'temperature effort' },
  share: { label: 'Share this conversation', also: 'link' },
  markdown: { label: 'Export this conversation as Markdown', also: 'save download file' },
  json: { label: 'Export this conversation as JSON', also: 'save download file' },
  print: { label: 'Print this conversation', also: 'pdf export' },
  pin: { label: 'Pin this conversation' },
  unpin: { label: 'Unpin this conversation' },
  archive: { label: 'Archive this conversation' },
  unarchive: { label: 'Move this conversation back to the list', also: 'unarchive' },
  settings: { label: 'Settings', also: 'preferences options key persona' },
  import: { label: 'Import conversations', also: 'ChatGPT LibreChat open-webui' },
  account: { label: 'Account', also: 'sessions delete download everything' },
  signOut: { label: 'Sign out', also: 'log out leave' },
  theme: (theme: 'light' | 'dark' | 'system') => ({
    label: { light: 'Light theme', dark: 'Dark theme', system: 'Theme of the system' }[theme],
    also: 'appearance mode colours colors',
  }),
  themeNow: (theme: 'light' | 'dark' | 'system') =>
    ({ light: 'The theme is light.', dark: 'The theme is dark.', system: 'The theme follows the system.' })[
      theme
    ],
};
