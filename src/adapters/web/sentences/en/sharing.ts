/** English sentences of share links, to their owner and to their readers. */
export const BUTTON = 'Share';
export const TITLE = 'Share this conversation';
export const EXPLAINED =
  'Anyone who has the link can read this conversation as it stands now, without signing in. Nothing that you write later is in it.';
export const DELETED =
  'A message that you delete here leaves the link, too. Deleting the conversation ends it.';
export const CREATE = 'Create link';
export const LINK = 'Link';
export const COPY = 'Copy link';
export const created = 'The link is there.';
export const LINKS = 'Your links';
export const STOP = 'Stop sharing';
export const stopOf = (title: string) => `Stop sharing ${title}`;
export const stopped = 'The link has ended.';
export const openOf = (title: string, date: string) => `Open ${title}, shared ${date}`;
export const CLOSE = 'Close';

/** The page behind a link. */
export const reading = {
  shared: (date: string) => `A conversation with Parley, shared on ${date}. It stands still.`,
  more: 'Show more',
  log: 'Shared conversation',
  goOn: 'Continue in my conversations',
  signInFirst: 'Sign in to Parley in another tab, then come back here.',
  broken: 'This answer broke off.',
};
