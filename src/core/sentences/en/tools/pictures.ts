/** English sentences about the pictures and files that answers show. */
import { plural } from '../plural.ts';

/** Stands for a picture that its model did not describe. */
export const unnamed = 'A picture made for this answer';

/** Stands under an answer whose files the platform does not take. */
export const refused = (files: number) =>
  plural(files, {
    one: 'A file that belongs here couldn’t be attached: this place doesn’t let Parley attach files, or not one so large.',
    other:
      'Files that belong here couldn’t be attached: this place doesn’t let Parley attach files, or not such large ones.',
  });

/** Shown while it is made. @param words as the model wrote them */
export const making = (words: string) => `Making a picture: ${words}`;
export const changing = (words: string) => `Changing a picture: ${words}`;
