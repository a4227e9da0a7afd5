/** Tells whether the end of a growing Markdown text is inside code: a fence, or a code span of its last line. */
export interface CodeWatch {
  push(text: string): void;
  isInside(): boolean;
}

/** Characters of a line that are enough to see whether it is a fence. */
const LINE_START = 100;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

export function createCodeWatch(): CodeWatch {
  /** The run of backticks or tildes that opened the fence; '' outside a fence. */
  let fence = '';
  let line = '';
  /** Backticks in the line. An odd number leaves a code span open, at most to the end of the line. */
  let ticks = 0;

  function endLine(): void {
    const [begin = '', run = ''] = FENCE.exec(line) ?? [];
    const rest = line.slice(begin.length);
    if (fence === '') {
      if (run && !(run.startsWith('`') && rest.includes('`'))) fence = run;
    } else if (run.startsWith(fence) && rest.trim() === '') fence = '';
    line = '';
    ticks = 0;
  }

  function extend(text: string): void {
    if (line.length < LINE_START) line += text.slice(0, LINE_START - line.length);
    for (let at = text.indexOf('`'); at >= 0; at = text.indexOf('`', at + 1)) ticks++;
  }

  return {
    push(text) {
      const lines = text.split('\n');
      for (const [index, part] of lines.entries()) {
        if (index > 0) endLine();
        extend(part);
      }
    },
    isInside: () => fence !== '' || ticks % 2 === 1,
  };
}
