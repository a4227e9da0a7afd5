/** English sentences about a person's direct messages on the page. */

const NAMES: Record<string, string> = { slack: 'Slack', discord: 'Discord' };

/** The platform's name, as people write it. */
export const nameOf = (platform: string) => NAMES[platform] ?? platform;
/** The mark of a conversation in the list. */
export const mark = (platform: string) => `in ${nameOf(platform)}`;
/** Stands in place of the message box. */
export const foot = (platform: string) =>
  `These are your direct messages with Parley on ${nameOf(platform)}. You can read them here, and go on there.`;
