/** Draws messages as a plain chat window, which imitates no platform's look. */
import { marked } from 'marked';

export interface Drawn {
  author: string;
  isBot: boolean;
  /** The author and the beginning of the message that it replies to. */
  repliesTo?: { author: string; text: string };
  markdown: string;
  /** Rows of labels, as the platform shows them under the message. */
  buttons: string[][];
}

/** Pixels; README shows two windows side by side. */
export const WIDTH = 620;

const STYLE = `
  body { margin: 0; padding: 22px 24px; width: ${WIDTH - 48}px; background: #fff; color: #1f2328;
    font: 15px/1.5 "DejaVu Sans", "Liberation Sans", sans-serif; }
  header { margin-bottom: 16px; padding-bottom: 10px; border-bottom: 1px solid #d8dee4; font-weight: 600; }
  article { display: grid; grid-template-columns: 40px 1fr; gap: 0 12px; margin-bottom: 22px; }
  .face { width: 40px; height: 40px; border-radius: 50%; background: #e3e7ec; display: grid; place-items: center;
    font-weight: 600; color: #57606a; }
  .bot .face { background: #2f6f5e; color: #fff; }
  .reply { grid-column: 2; color: #57606a; font-size: 13px; }
  .face { grid-row: span 2; }
  b.author { font-size: 15px; }
  .tag { margin-left: 6px; padding: 1px 6px; border-radius: 4px; background: #e3e7ec; color: #57606a; font-size: 11px; }
  p, ul, ol, pre, table { margin: 4px 0 8px; }
  .mention { padding: 0 3px; border-radius: 4px; background: #e2efeb; color: #205a4b; font-weight: 600; }
  code { padding: 1px 4px; border-radius: 4px; background: #f0f2f4; font: 13px "DejaVu Sans Mono", monospace; }
  pre { padding: 10px 12px; border: 1px solid #d8dee4; border-radius: 6px; background: #f6f8fa; }
  pre code { padding: 0; background: none; line-height: 1.45; }
  table { border-collapse: collapse; } th, td { padding: 4px 12px; border: 1px solid #d8dee4; text-align: left; }
  .row { display: flex; gap: 8px; margin-top: 8px; }
  .row span { padding: 4px 12px; border: 1px solid #c8d0d8; border-radius: 6px; background: #f6f8fa; font-size: 13px; }
`;

/** The HTML of a window with this title. Text may hold mentions as `@name`. */
export function chatWindow(title: string, messages: Drawn[]): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
    <header>${escaped(title)}</header>${messages.map(drawMessage).join('')}`;
}

function drawMessage({ author, isBot, repliesTo, markdown, buttons }: Drawn): string {
  const reply = repliesTo
    ? `<div class="reply">↱ ${escaped(repliesTo.author)}: ${escaped(repliesTo.text)}</div>`
    : '';
  const rows = buttons.map(
    (labels) => `<div class="row">${labels.map((label) => `<span>${escaped(label)}</span>`).join('')}</div>`,
  );
  const text = marked
    .parse(escaped(markdown), { async: false })
    .replace(/@\w+/g, '<span class="mention">$&</span>');
  return `<article class="${isBot ? 'bot' : 'person'}">${reply}<div class="face">${escaped(author.slice(0, 1))}</div>
    <div><b class="author">${escaped(author)}</b>${isBot ? '<span class="tag">bot</span>' : ''}${text}${rows.join('')}</div>
  </article>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
