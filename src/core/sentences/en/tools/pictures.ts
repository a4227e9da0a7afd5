/** English sentences about the pictures and files that answers show. */

/** Stands for a picture that its model did not describe. */
export const unnamed = 'A picture made for this answer';
