/** Addresses of links. */

/** Schemes that Discord makes links of. Discord shows others as text, and some are dangerous elsewhere. */
export const LINKABLE = /^(?:https?:\/\/|mailto:|discord:\/\/)/i;

/** The address with its parentheses encoded: a plain one may end the link. */
export const encodeParentheses = (url: string) =>
  url.replace(/[()]/g, (character) => (character === '(' ? '%28' : '%29'));
