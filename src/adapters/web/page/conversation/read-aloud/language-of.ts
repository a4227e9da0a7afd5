/** Guesses the language of a text for its voice, as a BCP 47 tag. Undefined: no guess; the browser chooses. */
export function languageOf(text: string): string | undefined {
  const sample = text.slice(0, 2_000);
  for (const [script, tag] of SCRIPTS) {
    const letters = sample.match(script)?.length ?? 0;
    if (letters > sample.length / 5) return tag;
  }
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  let [best, most]: [string | undefined, number] = [undefined, words.length / 25];
  for (const [tag, known] of Object.entries(COMMON_WORDS)) {
    const count = words.filter((word) => known.includes(word)).length;
    if (count > most) [best, most] = [tag, count];
  }
  return best;
}

/** Japanese has Chinese characters too, so its own come first. */
const SCRIPTS: [RegExp, string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja'],
  [/\p{Script=Han}/gu, 'zh'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Cyrillic}/gu, 'ru'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Devanagari}/gu, 'hi'],
  [/\p{Script=Thai}/gu, 'th'],
];

const COMMON_WORDS: Record<string, string[]> = {
  en: ['the', 'and', 'of', 'to', 'is', 'that', 'it', 'you', 'for', 'with', 'this', 'are'],
  de: ['der', 'die', 'das', 'und', 'ist', 'nicht', 'ein', 'eine', 'mit', 'von', 'zu', 'es'],
  fr: ['le', 'les', 'des', 'et', 'est', 'une', 'du', 'pour', 'dans', 'qui', 'vous', 'pas'],
  es: ['el', 'los', 'las', 'y', 'es', 'una', 'del', 'por', 'para', 'con', 'se', 'su'],
  it: ['il', 'gli', 'e', 'è', 'di', 'che', 'della', 'per', 'un', 'non', 'sono', 'con'],
  pt: ['o', 'os', 'as', 'e', 'é', 'uma', 'do', 'da', 'para', 'com', 'não', 'em'],
  nl: ['de', 'het', 'een', 'en', 'van', 'is', 'niet', 'dat', 'met', 'op', 'voor', 'zijn'],
};
