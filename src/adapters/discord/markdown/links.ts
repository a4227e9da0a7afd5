/** Schemes that Discord makes links of. It shows others as text, and some are dangerous elsewhere. */
export const LINKABLE = /^(?:https?:\/\/|mailto:|discord:\/\/)/i;
