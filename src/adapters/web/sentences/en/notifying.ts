/** English sentences about notifications of answers. */
export const name = 'When a long answer is done';
export const off = 'Tell nothing';
export const title = 'Tell with the title';
export const bare = 'Tell without the title';
export const hint =
  'While you look elsewhere, this browser then tells you, and a press opens the conversation.';
export const refused = 'The browser does not allow it. Allow notifications for this page in its settings.';

/** In place of a conversation's title. */
export const SOMEBODY = 'Parley';
export const DONE = 'The answer is there.';
