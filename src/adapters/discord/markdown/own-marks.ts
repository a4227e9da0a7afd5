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
  for (let sign = nextSign(message, 0); sign; ) {
    const { 0: found, index } = sign;
    let end = index + found.length;
    if (found === '\\') end = index + 2;
    else if (found.startsWith('`')) end = code.endOf(index, found.length);
    else if (found === '-#' || found === '>>>') {
      shown += `${message.slice(from, index)}\\`;
      from = index;
    }
    // Signs in code are code, and an address in it ends with it.
    sign = nextSign(message, end);
  }
  return shown + message.slice(from);
}

function nextSign(message: string, at: number): RegExpExecArray | null {
  SIGN.lastIndex = at;
  return SIGN.exec(message);
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
