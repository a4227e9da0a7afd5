/** English sentences about answers that came while nobody looked. */
export const MARK = 'New answer';
/** @param title of the browser's window */
export const inTitle = (count: number, title: string) => `(${count}) ${title}`;
