/** Alerts as on GitHub: a quote whose first line is `[!NOTE]` or another kind. */
import type { Tokens } from 'marked';

export const ALERT_KINDS = ['note', 'tip', 'important', 'warning', 'caution'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

const FIRST_LINE = /^\[!(note|tip|important|warning|caution)\][^\S\n]*(?:\n|$)/i;

/** The kind of an alert, and its blocks without the first line. Undefined: it is a plain quote. */
export function alertOf({
  tokens,
}: Tokens.Blockquote): { kind: AlertKind; tokens: Tokens.Generic[] } | undefined {
  const [first, ...rest] = tokens;
  if (first?.type !== 'paragraph') return undefined;
  const text = String(first.text);
  const word = FIRST_LINE.exec(text)?.[1]?.toLowerCase();
  const kind = ALERT_KINDS.find((one) => one === word);
  if (!kind) return undefined;
  const left = text.replace(FIRST_LINE, '');
  return { kind, tokens: left === '' ? rest : [{ ...first, text: left }, ...rest] };
}
