/** What is in a paragraph, in Discord's Markdown. */
import { type Atom, type Inline, readInline } from '../reply/inline.ts';
import { breakFences, evenFences, FENCE, looseBackticks, seam } from './fences.ts';

/** What Discord makes a link of; others it shows as they are written, and some are dangerous elsewhere. */
const LINKABLE = /^(?:https?:\/\/|mailto:|discord:\/\/)/i;

export function convertInline(text: string): string {
  const inline = readInline(text);
  if (inline.atoms.length === 0 && inline.marks.length === 0 && !text.includes('`')) return text;
  const edits = inline.atoms.map((atom) => ({
    start: atom.start,
    end: atom.end,
    text: convertAtom(atom, text),
  }));
  for (const [start, end] of underlines(inline)) {
    // Discord underlines what Markdown means to be bold.
    edits.push({ start, end: start + 2, text: '**' }, { start: end - 2, end, text: '**' });
  }
  edits.push(...looseBackticks(text, inline.atoms));
  return replace(text, edits);
}

/** The text as a code block shows it, where marks would be seen. */
export function withoutMarks(text: string): string {
  const { atoms, marks } = readInline(text);
  if (atoms.length === 0 && marks.length === 0) return breakFences(text);
  const edits = atoms.map(({ kind, start, end, inner, url }) => {
    const shown = kind === 'code' || kind === 'math' || kind === 'escape' ? inner.trim() : null;
    const linked = kind === 'link' || kind === 'image' ? `${inner} ${url}`.trim() : null;
    return { start, end, text: shown ?? linked ?? text.slice(start, end) };
  });
  for (const { mark, start, end, closed } of marks) {
    if (!closed) continue;
    edits.push({ start, end: start + mark.length, text: '' }, { start: end - mark.length, end, text: '' });
  }
  return breakFences(replace(text, edits));
}

/** Bold marks left out, for text that is bold as a whole. */
export function withoutBold(text: string): string {
  const edits = readInline(text).marks.flatMap(({ mark, start, end, closed }) => {
    if (!closed || (mark !== '**' && mark !== '__')) return [];
    return [
      { start, end: start + 2, text: '' },
      { start: end - 2, end, text: '' },
    ];
  });
  return replace(text, edits);
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

function replace(text: string, edits: Edit[]): string {
  if (edits.length === 0) return text;
  edits.sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  // No more of it than a seam depends on: of a long text that grows, the end is dear to look at.
  let before = '';
  const add = (piece: string) => {
    if (piece === '') return;
    const sewn = seam(before, piece);
    pieces.push(sewn);
    before = sewn.length < FENCE.length ? (before + sewn).slice(-FENCE.length) : sewn;
  };
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) continue;
    add(text.slice(at, edit.start));
    add(edit.text);
    at = edit.end;
  }
  add(text.slice(at));
  return pieces.join('');
}

function convertAtom({ kind, start, end, inner, url }: Atom, text: string): string {
  const raw = text.slice(start, end);
  switch (kind) {
    case 'link':
    case 'image':
      return evenFences(link(raw, inner, url, kind === 'image'));
    case 'math':
      return evenFences(formula(raw, inner));
    case 'break':
      return '\n';
    case 'escape':
      return inner === '\n' ? inner : raw;
    case 'code':
      return inner.includes('```') || raw.startsWith('```') ? `\`\`\`${breakFences(inner)}\`\`\`` : raw;
    default:
      return evenFences(raw);
  }
}

function link(raw: string, label: string, url: string, isImage: boolean): string {
  const picture = /^!\[([^\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)$/.exec(label);
  const shown = picture ? (picture[1] ?? '') : label;
  if (!LINKABLE.test(url)) {
    if (url === '' || url.includes('`')) return raw;
    return shown === '' ? `\`${url}\`` : `${shown} \`${url}\``;
  }
  if (shown.trim() === '' || shown === url) return url;
  return isImage || picture ? raw.replace(`${isImage ? '!' : ''}[${label}]`, () => `[${shown}]`) : raw;
}

/** A formula as it was written, where its `_` and `*` are no marks. */
function formula(raw: string, inner: string): string {
  const text = inner.trim();
  if (text === '') return raw;
  if (!text.includes('`')) return `\`${text}\``;
  return text.includes('``') || text.startsWith('`') || text.endsWith('`') ? raw : `\`\`${text}\`\``;
}

/** `__bold__` that neither is in `**bold**` nor has it inside. */
function underlines({ marks }: Inline): [number, number][] {
  const bold = marks.filter(({ mark }) => mark === '**');
  const found: [number, number][] = [];
  // Of one kind, none overlaps another, and all are in order.
  let next = 0;
  for (const { mark, start, end, closed } of marks) {
    if (mark !== '__' || !closed) continue;
    while ((bold[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    if ((bold[next]?.start ?? Number.POSITIVE_INFINITY) >= end) found.push([start, end]);
  }
  return found;
}
