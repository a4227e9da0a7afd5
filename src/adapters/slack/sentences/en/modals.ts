/** English words of Slack's modals. */

/** Stands for a title that is too long. */
export const title = 'Parley';
export const submit = 'Submit';
export const cancel = 'Cancel';
export const close = 'Close';

export const groupIds = 'Ids of user groups, such as S0123ABCD, with spaces between them. None means all.';
/** A field of a command's form. */
export const hint = (description: string, suggested: string[]) =>
  `${description}.${suggested.length > 0 ? ` Such as ${suggested.join(', ')}.` : ''}`;

/** Above a form whose present texts Slack refused. */
export const textsLeftOut =
  'What is set now is too long for Slack to show it here. What you write takes its place.';
export const notShown = 'Slack could not show this. Tell whoever runs Parley.';
