/** English sentences about a person's direct messages on the page. */

const NAMES: Record<string, string> = { slack: 'Slack', discord: 'Discord' };

/** The platform's name, as people write it. */
export const nameOf = (platform: string) => NAMES[platform] ?? platform;
/** The mark of a conversation in the list. */
export const mark = (platform: string) => `in ${nameOf(platform)}`;
/** Stands in the empty message box. */
export const placeholder = (platform: string) => `Write here and on ${nameOf(platform)}`;
/** Stands below the message box. */
export const foot = (platform: string) =>
  `What you write here, and its answer, also stand on ${nameOf(platform)}.`;
/** Said when files are dropped, pasted or picked there. */
export const noFiles = (platform: string) =>
  `Files can’t be sent from here. Attach them on ${nameOf(platform)}.`;
