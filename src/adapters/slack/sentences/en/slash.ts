/** English replies to the slash command. */

/** Above the form for a key that somebody typed behind the command. */
export const keyNotUsed =
  'What you typed behind the command was not used. Enter the key here, where nobody but you sees it.';
/** Replies in channels, by command: there, these commands are about one thread. */
export const inThreads: Readonly<Record<string, string>> = {
  new: 'Each thread is a conversation of its own: write `@Parley new` in it to begin it afresh.',
};
export const missing = (option: string, command: string) => `Write the ${option} behind it: \`${command} …\``;

export const filesSent = 'The files are in your direct messages with me.';
export const filesNotSent =
  'Slack did not take the files. Try again; if it stays so, Parley needs the scopes `files:write` and `im:write` here.';
