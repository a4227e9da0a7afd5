/**
 * Escapes two marks of Discord's that Markdown does not have, in a message that a model wrote
 * (support.discord.com "Markdown Text 101"). Small print (`-#`) would look like Parley's own notices. The mark `>>>`
 * would make a quote of all that follows, a notice included. Discord reads both behind spaces, bullets, quotes, headings
 * and other marks, too. Entities, tags and comments may leave them behind, so the finished text is read.
 */
import { codeRuns } from '../../../chat/markdown/inline/code-runs.ts';
import { FENCE } from '../../../chat/markdown/inline/fences.ts';

const OWN_MARK = /-#|>>>/g;
/** The two marks, and the signs that decide about them: an escape, backticks, an address. */
const SIGN = /\\|`+|-#|>>>|(?:https?|discord):\/\/[^\s<]*|mailto:[^\s<]*/gi;

/** Most characters that `withoutOwnMarks` adds to a text. */
export function countOwnMarks(text: string): number {
  return text.includes('-#') || text.includes('>>>') ? [...text.matchAll(OWN_MARK)].length : 0;
}

export function withoutOwnMarks(message: string): string {
  if (countOwnMarks(message) === 0) return message;
  const code = createCode(message);
  let shown = '';
  let from = 0;
  let open = 0;
  for (const { 0: sign, index } of message.matchAll(SIGN)) {
    // This sign is in text that was read already, such as code.
    if (index < open) continue;
    if (sign === '\\') open = index + 2;
    else if (sign.startsWith('`')) open = code.endOf(index, sign.length);
    else if (sign === '-#' || sign === '>>>') {
      shown += `${message.slice(from, index)}\\`;
      from = index;
    }
  }
  return shown + message.slice(from);
}

/** Finds the end of code that begins with `length` backticks. Unclosed code ends behind them. */
function createCode(message: string) {
  const runs = codeRuns(message);
  let lastFence: number | undefined;
  return {
    endOf(at: number, length: number): number {
      if (length < FENCE.length) {
        const end = runs.after(length, at + length);
        return end < 0 ? at + length : end + length;
      }
      lastFence ??= message.lastIndexOf(FENCE);
      const begun = at + FENCE.length;
      return lastFence < begun ? at + length : message.indexOf(FENCE, begun) + FENCE.length;
    },
  };
}
