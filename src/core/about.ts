/** What people may want to know of a Parley before they tell it something: who answers, who pays, and what is kept. */
import type { Choice } from './models/choose.ts';
import type { Reader } from './types.ts';

/** What is the same everywhere in this Parley. */
export interface AboutFacts {
  version: string;
  /** Days after which what was said is deleted; absent: it is kept. */
  historyDays?: number;
}

export interface AboutLine {
  label: string;
  text: string;
}

export function aboutLines(
  { version, historyDays }: AboutFacts,
  choice: Choice,
  reader: Reader,
): AboutLine[] {
  return [
    { label: 'Model', text: modelText(choice) },
    { label: 'Who pays', text: payerText(choice, reader) },
    { label: 'What is stored', text: storedText(historyDays, reader) },
    { label: 'Version', text: `Parley ${version}` },
  ];
}

function modelText({ source, model, provider }: Choice): string {
  if (source === 'demo') return 'The built-in demo, which is no language model.';
  const where = provider ? ` at ${new URL(provider.baseUrl).host}` : '';
  if (source === 'none') return `None yet: “${model}”${where} would answer.`;
  return `“${model}”${where}, which is sent what you ask and what belongs to it.`;
}

function payerText({ source, provider }: Choice, reader: Reader): string {
  switch (source) {
    case 'demo':
      return 'Nobody: it costs nothing.';
    case 'none':
      return `Nobody yet: no API key is set here. ${isAtPage(reader) ? 'Set one in the side panel.' : reader === 'admin' ? 'Set one with `/key set`.' : 'Ask an admin to set one.'}`;
    case 'operator':
      return provider?.key === undefined
        ? 'Nobody: no API key is used.'
        : reader === 'operator'
          ? 'You, with OPENAI_API_KEY.'
          : 'Whoever runs this Parley.';
    case 'own':
      if (provider?.key === undefined) return 'Nobody: no API key is used.';
      return isAtPage(reader) ? 'You, with the API key that you set.' : 'Whoever set the API key here.';
  }
}

function storedText(historyDays: number | undefined, reader: Reader): string {
  const what = 'What is asked, the files that go along, and the answers';
  const until =
    historyDays === undefined
      ? 'until they are deleted'
      : `for ${historyDays === 1 ? 'a day' : `${historyDays} days`}, or until they are deleted before`;
  const how = isAtPage(reader)
    ? 'Delete a conversation in the list of conversations.'
    : '`/export` gives them to you, `/forget` deletes them.';
  return `${what}, ${until}. API keys are stored encrypted. ${how}`;
}

const isAtPage = (reader: Reader) => reader === 'operator' || reader === 'owner';
