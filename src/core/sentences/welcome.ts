/** What Parley says when it is added to a server or workspace: the first steps, for everybody and for admins. */
import type { Choice } from '../models/catalog/choose.ts';

/** @param choice who answers there as things are */
export function welcomeText(choice: Choice, { directMessages }: { directMessages: boolean }): string {
  const ways = directMessages
    ? 'mention me with a question, reply to my messages, or write to me directly'
    : 'mention me with a question, or reply to my messages';
  return `Hello, I’m Parley: I answer with a language model, in place and word by word.

- **Everybody**: ${ways}. \`/help\` lists what else there is, and \`/about\` says what is stored and who pays.
- **Admins**: ${forAdmins(choice)} \`/model\`, \`/persona\` and \`/settings\` change how, where and to whom I answer.`;
}

function forAdmins({ source, provider }: Choice): string {
  switch (source) {
    case 'none':
      return 'I can’t answer here before an API key is set: do so with `/key set`.';
    case 'operator':
      return provider?.key === undefined
        ? 'no API key is needed.'
        : 'whoever runs me pays for the answers; with `/key set` you can use an API key of your own.';
    default:
      return 'an API key can be set with `/key set`.';
  }
}
