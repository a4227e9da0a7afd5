/** Finds misspelt names of settings in the environment. */

export interface Misspelt {
  given: string;
  meant: string;
}

/** Names from other programs' documents that stand for settings of Parley. */
const OTHER_NAMES: Record<string, string> = {
  OPENAI_API_BASE: 'OPENAI_BASE_URL',
  OPENAI_TOKEN: 'OPENAI_API_KEY',
  OPENAI_HOST: 'OPENAI_BASE_URL',
  ALLOWED_GUILDS: 'ALLOWED_SERVERS',
  BLOCKED_GUILDS: 'BLOCKED_SERVERS',
  ALLOWED_TEAMS: 'ALLOWED_WORKSPACES',
  BLOCKED_TEAMS: 'BLOCKED_WORKSPACES',
  ALLOWED_USERS: 'ALLOWED_PEOPLE',
  BLOCKED_USERS: 'BLOCKED_PEOPLE',
};
/** Fewest characters of a setting's name that is compared. Shorter names are too close to other programs' variables. */
const SHORT = 5;
/** Characters of a setting's name that are enough to recognise it. */
const LEAST_CUT_OFF = 9;

/** @param known the names of all settings */
export function findMisspelt(names: string[], known: string[]): Misspelt[] {
  const all = new Set(known);
  return names
    .filter((name) => !all.has(name))
    .flatMap((given) => {
      const meant = OTHER_NAMES[given.toUpperCase()] ?? meantBy(given.toUpperCase(), known);
      return meant !== undefined && all.has(meant) ? [{ given, meant }] : [];
    })
    .sort((a, b) => (a.given < b.given ? -1 : 1));
}

function meantBy(given: string, known: string[]): string | undefined {
  if (known.includes(given)) return given;
  const near = known
    .filter((name) => distance(given, name) <= (name.length <= SHORT ? 0 : name.length < 9 ? 1 : 2))
    .sort((a, b) => distance(given, a) - distance(given, b));
  return near[0] ?? known.find((name) => hasSameWords(given, name) || isCutOff(given, name));
}

/**
 * `OPENAI_KEY` for `OPENAI_API_KEY`, or `DISCORD_BOT_TOKEN` for `DISCORD_TOKEN`: the same words, with one more or one
 * less.
 */
function hasSameWords(given: string, name: string): boolean {
  const [a, b] = [given.split('_'), name.split('_')];
  if (a[0] !== b[0] || a.at(-1) !== b.at(-1) || Math.abs(a.length - b.length) !== 1) return false;
  const [few, many] = a.length < b.length ? [a, b] : [b, a];
  return few.length > 1 && few.every((word) => many.includes(word));
}

/** `PERSON_PER_MIN` for `PERSON_PER_MINUTE`, or `SLACK_SIGNING` for `SLACK_SIGNING_SECRET`. */
function isCutOff(given: string, name: string): boolean {
  return given.length >= LEAST_CUT_OFF && given.includes('_') && name.startsWith(given);
}

/**
 * Counts characters that are missing, too many, wrong, or in each other's place (optimal string alignment), up to 3.
 */
function distance(a: string, b: string): number {
  const most = 3;
  if (Math.abs(a.length - b.length) >= most) return most;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min(
        (last[j] ?? most) + 1,
        (row[j - 1] ?? most) + 1,
        (last[j - 1] ?? most) + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? most) + 1);
      row.push(best);
    }
    [before, last] = [last, row];
  }
  return Math.min(most, last[b.length] ?? most);
}
