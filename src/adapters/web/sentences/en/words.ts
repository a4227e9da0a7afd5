/** English words of the page in sentences of core. */
export const tenant = 'page';
export const here = 'on this page';
export const moderator = 'an admin';
/** The page has no roles. */
export const roles = { label: 'Roles', lacking: 'certain people here, and you are none of them' };
export const IN_PANEL = 'in the settings';
export const afresh = 'begin a new conversation';
export const stored = 'Delete a conversation in the list of conversations.';
