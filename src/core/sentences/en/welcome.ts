/** The English greeting of a server or workspace that Parley was added to: the first steps, for everybody and admins. */
import type { Vocabulary } from '../../vocabulary.ts';
import type { InUse } from './in-use.ts';

/** @param choice who answers there as things are */
export function greeting(
  choice: InUse,
  words: Vocabulary,
  { directMessages }: { directMessages: boolean },
): string {
  const { command } = words;
  const ways = directMessages
    ? 'mention me with a question, reply to my messages, or write to me directly'
    : 'mention me with a question, or reply to my messages';
  return `Hello, I’m Parley: I answer with a language model, right here and word by word.

- **Everybody**: ${ways}. ${command('help')} lists what else there is, and ${command('about')} says what is stored and who pays.
- **Admins**: ${forAdmins(choice, words)} ${command('model')}, ${command('persona')} and ${command('settings')} change how, where and to whom I answer.`;
}

function forAdmins({ source, provider }: InUse, { changing }: Vocabulary): string {
  switch (source) {
    case 'none':
      return `I can’t answer here before an API key is set: do so ${changing.key}.`;
    case 'operator':
      return provider?.key === undefined
        ? 'no API key is needed.'
        : `whoever runs me pays for the answers; ${changing.key} you can use an API key of your own.`;
    default:
      return `an API key can be set ${changing.key}.`;
  }
}
