/** English sentences of exporting a conversation. */
export const BUTTON = 'Export';
export const MENU = 'Export this conversation';

export const kinds = {
  markdown: 'Markdown',
  json: 'JSON',
};
export const PRINT = 'Print';
/** The name of a file whose conversation has no usable title. */
export const FILE = 'conversation';

export const saved = (file: string) => `Saved as ${file}.`;
