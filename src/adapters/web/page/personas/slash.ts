/** The beginning `/name` of what is in the message box. */
import type { PersonaName } from '../../api/personas.ts';

/** The first word with its slash, if it can be a name: `/usr/bin` cannot. */
const TOKEN = /^\/[^\s/]*(?=\s|$)/;

/** The letters of the name before the caret. Null: the caret is not in one. */
export function slashQuery(draft: string, caret: number): string | null {
  const token = TOKEN.exec(draft)?.[0];
  return token === undefined || caret < 1 || caret > token.length ? null : token.slice(1, caret);
}

/** Those whose name begins with the letters, then those that have them. */
export function matching(query: string, personas: PersonaName[]): PersonaName[] {
  const letters = folded(query);
  const begins = personas.filter(({ name }) => folded(name).startsWith(letters));
  const has = personas.filter(({ name }) => folded(name).includes(letters));
  return [...new Set([...begins, ...has])];
}

/** The persona that the draft begins with, by its whole name. */
export function namedIn(draft: string, personas: PersonaName[]): PersonaName | undefined {
  const name = folded(TOKEN.exec(draft)?.[0].slice(1) ?? '');
  return personas.find((one) => folded(one.name) === name);
}

/** The draft behind its first word. */
export const behindName = (draft: string) => draft.replace(TOKEN, '').trimStart();

const folded = (name: string) => name.normalize('NFC').toLowerCase();
