/** English sentences in the browser of a person who installs Parley into a workspace. */
export const link = 'Install Parley in Slack';
export const cancelled = 'The installation was cancelled. Nothing was changed.';
export const stale =
  'This link is not of an installation that began in this browser, or it is too old. Begin again.';
export const failed = 'The installation did not succeed. Try again.';
