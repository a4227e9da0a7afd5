/** English facts about a Parley: who answers, who pays, and what is stored. */
import type { Reader } from '../../types.ts';
import type { Vocabulary } from '../../vocabulary.ts';
import { atHost, type InUse } from './in-use.ts';
import { days } from './times.ts';

export const labels = { model: 'Model', payer: 'Who pays', stored: 'What is stored', version: 'Version' };

export function answering(choice: InUse): string {
  if (choice.source === 'demo') return 'The built-in demo, which is no language model.';
  const model = `“${choice.model}”${atHost(choice)}`;
  if (choice.source === 'none') return `None yet: ${model} would answer.`;
  return `${model}, which is sent your question, the conversation so far, and the files and quotes that go along.`;
}

export function paying({ source, provider }: InUse, reader: Reader, words: Vocabulary): string {
  const isFree = provider?.key === undefined;
  switch (source) {
    case 'demo':
      return 'Nobody: it costs nothing.';
    case 'none':
      return `Nobody yet: no API key is set here. ${reader === 'member' ? 'Ask an admin to set one.' : `Set one ${words.changing.key}.`}`;
    case 'operator':
      if (isFree) return 'Nobody: no API key is used.';
      return reader === 'operator' ? 'You, with OPENAI_API_KEY.' : 'Whoever runs this Parley.';
    case 'own':
      if (isFree) return 'Nobody: no API key is used.';
      return isAtPage(reader) ? 'You, with the API key that you set.' : 'Whoever set the API key here.';
  }
}

/** @param kept days that messages and files are kept; 0: until they are deleted */
export function storing(kept: { historyDays: number; filesDays: number }, words: Vocabulary): string {
  const { historyDays, filesDays } = kept;
  const until =
    historyDays === 0 ? 'until they are deleted' : `for ${days(historyDays)}, unless they are deleted before`;
  const hasShorterFiles = filesDays > 0 && (historyDays === 0 || filesDays < historyDays);
  const files = hasShorterFiles ? ` Files are kept for ${days(filesDays)}.` : '';
  return `Questions, the files that go along, and the answers, ${until}.${files} API keys are stored encrypted. ${words.stored}`;
}

export const version = (number: string) => `Parley ${number}`;

const isAtPage = (reader: Reader) => reader === 'operator' || reader === 'owner';
