/** English words of the list of sources below an answer. */
export const title = 'Sources';
