/** Superscript and subscript letters; Unicode has only some (Superscripts and Subscripts, Phonetic Extensions). */

const PLAIN = '0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ ';
const ABOVE = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᶲᵡ ';
const PLAIN_BELOW = '0123456789+-−=()aehijklmnoprstuvxβγρφχ ';
const BELOW = '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ ';

const above = mapOf(PLAIN, ABOVE);
const below = mapOf(PLAIN_BELOW, BELOW);

function mapOf(from: string, to: string): Map<string, string> {
  const small = [...to];
  return new Map([...from].map((character, index) => [character, small[index] ?? character]));
}

/** The converted text; undefined where one of its characters has no such form. */
export const superscript = (text: string) => converted(text, above);
export const subscript = (text: string) => converted(text, below);

/** The number of a footnote. */
export const noteMark = (number: number) => superscript(String(number)) ?? `[${number}]`;

function converted(text: string, small: Map<string, string>): string | undefined {
  let shown = '';
  for (const character of text) {
    const letter = small.get(character);
    if (letter === undefined) return undefined;
    shown += letter;
  }
  return shown;
}
