/** Forms by count, in English. */
const rules = new Intl.PluralRules('en');

export function plural(count: number, { one, other }: { one: string; other: string }): string {
  return rules.select(count) === 'one' ? one : other;
}
