/** The list of conversations in groups by their age, in the reader's days. */
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';

const words = onPage.panel.conversations.ages;
/** Made once, since it takes long to make. The language is the browser's. */
const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

export interface AgeGroup {
  name: string;
  conversations: ConversationView[];
}

/**
 * Consecutive conversations of one age. Pinned ones come first, whatever their age.
 * @param conversations pinned ones first, then the newest first
 * @param now milliseconds since 1970
 */
export function groupsByAge(conversations: ConversationView[], now: number): AgeGroup[] {
  const groups: AgeGroup[] = [];
  for (const conversation of conversations) {
    const name = conversation.pinned ? words.pinned : ageOf(conversation.at, now);
    const last = groups.at(-1);
    if (last?.name === name) last.conversations.push(conversation);
    else groups.push({ name, conversations: [conversation] });
  }
  return groups;
}

function ageOf(at: number, now: number): string {
  if (at >= midnight(now, 0)) return words.today;
  if (at >= midnight(now, 1)) return words.yesterday;
  if (at >= midnight(now, 7)) return words.week;
  if (at >= midnight(now, 30)) return words.month;
  const date = new Date(at);
  // Imported files may tell of any number.
  return Number.isNaN(date.getTime()) ? words.unknown : MONTH.format(date);
}

/** The beginning of the day that was some days ago. A day with a change of the clock has another length. */
function midnight(now: number, daysAgo: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysAgo).getTime();
}
