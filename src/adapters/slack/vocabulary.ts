/** What Slack calls things. */
/** What the core calls otherwise, or what is reached otherwise on Slack. */
const WORDS: [RegExp, string][] = [
  [/`\/(?!parley\b)/g, '`/parley '],
  [/\b(this|whole|all of the) server\b/g, '$1 workspace'],
  [/\bRoles\b/g, 'User groups'],
  [
    /people with certain roles here, and you have none of them/g,
    'people of certain user groups here, and you are in none of them',
  ],
  [/\ba moderator\b/g, 'an admin'],
];

export function inSlacksWords(text: string): string {
  return WORDS.reduce((said, [pattern, word]) => said.replace(pattern, word), text);
}

/** A channel or a user group as a message shows it. */
export function tokenOf(kind: 'channels' | 'roles', id: string): string {
  return kind === 'channels' ? `<#${id}>` : `<!subteam^${id}>`;
}
