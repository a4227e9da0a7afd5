/** English phrases of a platform on which people use commands; each takes the commands as they are written there. */
export const phrases = {
  by: (command: string) => `with ${command}`,
  within: (command: string) => `in ${command}`,
  afresh: (command: string) => `begin afresh with ${command} (in threads \`@Parley new\`)`,
  stored: (getting: string, deleting: string) => `${getting} gives them to you, ${deleting} deletes them.`,
};
