/** English sentences of the settings of the page, beside those that core lists for all platforms. */
export const CLOSE = 'Close settings';

/** The headings of their parts. */
export const sections = {
  model: 'Who answers',
  answers: 'Answers',
  page: 'This page',
  more: 'About and usage',
};

export const SAVED = 'Saved.';
export const ABOUT = 'About this Parley';
export const ADMINISTRATION = 'Administration';
/** Words about what was used; the sentences and headings come from core. */
export const usage = {
  NAME: 'Usage',
  MONTH: 'Month',
  BY: 'Grouped by',
  by: { day: 'Days', model: 'Models', kind: 'Kinds' },
};
export const save = (noun: string) => `Save ${noun}`;

export const using = {
  demo: 'The built-in demo answers. Add an API key to talk to a real model.',
  none: 'Nobody answers yet. Add an API key.',
  withOperatorsKey: (model: string) => `${model} answers, with the key of whoever runs Parley.`,
  withYourKey: (model: string) => `${model} answers, with your key.`,
  withoutKey: (model: string) => `${model} answers, without a key.`,
  modelAt: (model: string, host: string) => `${model} at ${host}`,
};

export const key = {
  label: 'API key',
  save: 'Save key',
  remove: 'Remove key',
  removed: 'The key is removed.',
  placeholder: 'sk-…',
  placeholderToReplace: 'Write a new one to replace it',
  /** @param last4 characters */
  kept: (last4: string) => `Key ending in ${last4}`,
  hint: 'Parley keeps it encrypted, and never shows it again.',
};

export const model = {
  label: 'Model',
  save: 'Save model',
  hint: 'Leave it empty for the usual one.',
  offered: (models: string[]) =>
    `Whoever runs Parley pays for ${models.join(', ')}. Add an API key to use another.`,
};

export const BASE_URL_OF_OPERATOR = 'Whoever runs Parley sets the base URL.';

export const persona = {
  label: 'Persona',
  save: 'Save persona',
  placeholder: 'How should Parley answer?',
  hint: 'For all conversations, for example: briefly, in plain words. For some of them, make one under “Personas” below.',
};

export const theme = {
  name: 'Theme',
  choices: { light: 'Light', dark: 'Dark', system: 'System' },
};

export const textSize = {
  name: 'Text size',
  choices: { small: 'Small', normal: 'Normal', large: 'Large' },
};
