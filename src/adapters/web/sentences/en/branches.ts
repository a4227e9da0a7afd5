/** Versions of messages and answers, on the page. */
export const edit = 'Edit';
export const name = 'Edited message';
export const send = 'Send';
export const cancel = 'Cancel';
export const versions = 'Versions';
export const previous = 'Previous version';
export const next = 'Next version';
/** Before the name of a model, for screen readers. */
export const answeredBy = 'Answered by';
export const place = (at: number, count: number) => `${at} / ${count}`;
export const placeInWords = (at: number, count: number) => `Version ${at} of ${count}`;
export const otherModel = 'Regenerate with another model';
export const models = 'Models';
