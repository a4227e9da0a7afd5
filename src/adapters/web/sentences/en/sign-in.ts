/** English sentences for people who sign in at a service. */

export const ASKS = 'Sign in to go on.';
/** @param name of the service */
export const button = (name: string) => `Sign in with ${name}`;
export const OR_TOKEN = 'Or open it with the access token.';
/** Said by a page whose session has ended meanwhile. */
export const NEEDED = 'Please sign in again. Reload the page.';

export const TOO_MANY = 'Those were many tries. Wait a minute, then sign in again.';
export const STORE_AWAY = 'Parley can’t reach its database right now. Try again in a minute.';
export const away = (name: string) => `Parley can’t reach ${name} right now. Try again in a minute.`;
export const declined = (name: string) => `You didn’t sign in with ${name}. You can try again.`;
export const refused = (name: string) =>
  `That didn’t work with ${name}: the try was too long ago, or it began in another browser. Please sign in again.`;
/** @param who address or name, as text */
export const notAllowed = (who: string, isVerified: boolean) =>
  isVerified
    ? `You signed in as ${who}, who may not use this Parley. Ask whoever runs it, or sign in as somebody else.`
    : `You signed in as ${who}, who may not use this Parley: the service doesn’t say that the address is yours. Ask whoever runs it.`;

/** A browser in the list of a person's sessions. @param system absent: unknown */
export function browser(name: string | undefined, system: string | undefined): string {
  if (name === undefined) return system ?? 'A browser';
  return system === undefined ? name : `${name} on ${system}`;
}
