/** Facts that people may want before they tell a Parley something: who answers, who pays, and what is stored. */
import type { Choice } from '../models/catalog/choose.ts';
import type { TenantSettings } from '../settings.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Facts that are the same for all tenants of this Parley. */
export interface AboutFacts {
  version: string;
  /** Days after which what was said, and files, are deleted; 0: they are kept. */
  historyDays: number;
  filesDays: number;
}

export interface AboutLine {
  label: string;
  text: string;
}

/** @param own the settings of the tenant that asks; @param choice who answers with them */
export function aboutLines(
  facts: AboutFacts,
  own: Pick<TenantSettings, 'historyDays'>,
  choice: Choice,
  reader: Reader,
  words: Vocabulary,
): AboutLine[] {
  const days = [facts.historyDays, own.historyDays ?? 0].filter((one) => one > 0);
  const kept = { historyDays: days.length > 0 ? Math.min(...days) : 0, filesDays: facts.filesDays };
  return [
    { label: 'Model', text: modelText(choice) },
    { label: 'Who pays', text: payerText(choice, reader, words) },
    { label: 'What is stored', text: storedText(kept, words) },
    { label: 'Version', text: `Parley ${facts.version}` },
  ];
}

function modelText({ source, model, provider }: Choice): string {
  if (source === 'demo') return 'The built-in demo, which is no language model.';
  const where = provider ? ` at ${new URL(provider.baseUrl).host}` : '';
  if (source === 'none') return `None yet: “${model}”${where} would answer.`;
  return `“${model}”${where}, which is sent what you ask and what belongs to it.`;
}

function payerText({ source, provider }: Choice, reader: Reader, words: Vocabulary): string {
  switch (source) {
    case 'demo':
      return 'Nobody: it costs nothing.';
    case 'none':
      return `Nobody yet: no API key is set here. ${reader === 'member' ? 'Ask an admin to set one.' : `Set one ${words.changing.key}.`}`;
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

function storedText(
  { historyDays, filesDays }: Pick<AboutFacts, 'historyDays' | 'filesDays'>,
  words: Vocabulary,
): string {
  const what = 'What is asked, the files that go along, and the answers';
  const until =
    historyDays === 0
      ? 'until they are deleted'
      : `for ${inDays(historyDays)}, unless they are deleted before`;
  const hasShorterFiles = filesDays > 0 && (historyDays === 0 || filesDays < historyDays);
  const files = hasShorterFiles ? ` Files are kept for ${inDays(filesDays)}.` : '';
  return `${what}, ${until}.${files} API keys are stored encrypted. ${words.stored}`;
}

const inDays = (days: number) => (days === 1 ? 'a day' : `${days} days`);
const isAtPage = (reader: Reader) => reader === 'operator' || reader === 'owner';
