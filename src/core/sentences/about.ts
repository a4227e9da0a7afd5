/** Facts that people may want before they tell a Parley something: who answers, who pays, and what is stored. */
import type { Choice } from '../models/catalog/choose.ts';
import type { TenantSettings } from '../settings.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { en } from './en.ts';

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
  const { labels, answering, paying, storing, version } = en.about;
  const days = [facts.historyDays, own.historyDays ?? 0].filter((one) => one > 0);
  const kept = { historyDays: days.length > 0 ? Math.min(...days) : 0, filesDays: facts.filesDays };
  return [
    { label: labels.model, text: answering(choice) },
    { label: labels.payer, text: paying(choice, reader, words) },
    { label: labels.stored, text: storing(kept, words) },
    { label: labels.version, text: version(facts.version) },
  ];
}
