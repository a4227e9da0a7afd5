/** English sentences about personas that people choose by `/name`. */
import { plural } from '../../../../core/sentences/en/plural.ts';

export const TITLE = 'Personas';
export const HINT =
  'A persona tells Parley how to answer. Type / at the beginning of a message to choose one for a conversation.';
export const NEW = 'New persona';
export const edit = { label: 'Edit', of: (name: string) => `Edit the persona ${name}` };
export const remove = { label: 'Delete', of: (name: string) => `Delete the persona ${name}` };
/** Around the name, which is a part of the page. */
export const removeQuestion = ['Delete “', '” for good?'] as const;

export const form = {
  name: 'Name',
  nameHint: 'One word, such as plain-words.',
  text: 'What Parley is told',
  placeholder: 'How should Parley answer?',
  save: 'Save',
  cancel: 'Cancel',
};
export const SAVED = 'The persona is saved.';
export const REMOVED = 'The persona is deleted.';

/** At the message box. */
export const MENU = 'Personas to choose';
export const EDIT_ALL = 'Edit personas…';
export const found = (count: number) => plural(count, { one: 'One persona.', other: `${count} personas.` });
export const OF_CONVERSATION = 'Persona of this conversation:';
export const chosen = (name: string) => `${name} answers in this conversation from now on.`;
export const leave = (name: string) => `Go on without the persona ${name}`;
export const left = (name: string) => `${name} no longer answers in this conversation.`;
