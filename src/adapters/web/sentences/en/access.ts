/** English sentences for people whose browser has no access to the page yet, or may lose it. */
export const NEEDS_SCRIPT = 'Parley needs JavaScript to show its conversations.';

/** The form that asks for the access token. */
export const form = {
  asks: 'This Parley asks for an access token.',
  wrong: 'That is not the access token.',
  tooMany: 'Those were many wrong tokens. Wait a minute before the next guess; the right one still opens.',
  whereToFind:
    'Whoever runs this Parley has the token: it is set as WEB_TOKEN, or stands in the file that the log names.',
  label: 'Access token',
  button: 'Open',
  tooLong: 'That is no access token.',
};

export const TOKEN_NEEDED = 'Parley asks for its access token. Reload the page.';

/** The page has closed itself. */
export const CLOSED =
  'This page seems to be reached from outside this machine, so it asks for the access token. Whoever runs Parley: set PUBLIC_URL to the address that people open.';
export const LACKS_TLS =
  'This page is opened over https, but PUBLIC_URL does not say so: cookies and links are made for http. Whoever runs Parley: set PUBLIC_URL to the address that people open.';

/** The page as an app that a browser installs. */
export const app = { NAME: 'Parley', DESCRIPTION: 'Talk with Parley' };
