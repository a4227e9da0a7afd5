/** English names of commands that only Discord has. */

/** The command on a message. Discord shows it under "Apps". */
export const askAbout = 'Ask Parley';
