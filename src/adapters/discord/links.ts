/** What Discord makes a link of; others it shows as they are written, and some are dangerous elsewhere. */
export const LINKABLE = /^(?:https?:\/\/|mailto:|discord:\/\/)/i;
