import type { ComponentChildren } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { seenCode } from '../../../../../core/text/unseen.ts';
import { onPage } from '../../../sentences/en.ts';
import { CopyButton } from '../../copy.tsx';
import { SaveIcon, WrapIcon } from '../../icons.tsx';
import { type Highlighted, highlight } from '../highlight.ts';
import type { SafeHtml } from '../sanitize.ts';
import { saveCode } from './code-file.ts';

const words = onPage.markdown.code;

/** Length above which code is laid out in parts, so that only one part grows. */
const LONG = 20_000;
const LINES_OF_A_PART = 200;
/** Lines above which code is folded once it is written. */
const FOLDED_OVER = 40;

interface CodeBlockProps {
  code: string;
  language: string;
  growing: boolean;
  /** Further tools in the head. */
  tools?: ComponentChildren;
  /** Shown in place of the code, with the button that saves it. */
  picture?: { content: ComponentChildren; file: ComponentChildren };
}

export function CodeBlock({ code: written, language, growing, tools, picture }: CodeBlockProps) {
  const code = seenCode(written);
  const before = useRef<Highlighted | null>(null);
  const highlighted = useMemo(() => highlight(code, language, before.current), [code, language]);
  before.current = highlighted;
  const [wraps, setWraps] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const lines = useMemo(() => code.split('\n').length, [code]);
  const canFold = !picture && !growing && lines > FOLDED_OVER;
  return (
    <div class="code-block" data-wraps={wraps} data-folded={canFold && !isOpen}>
      <div class="code-head">
        <span class="one-line">{language || onPage.markdown.PLAIN_CODE}</span>
        {tools}
        {picture ? picture.file : <CodeTools {...{ code, language, wraps }} wrap={() => setWraps(!wraps)} />}
        <CopyButton text={code} name={onPage.markdown.copying.code} />
      </div>
      {picture ? (
        picture.content
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach
        <pre tabIndex={0} dir="ltr">
          <code>{highlighted ? [...highlighted.pieces, highlighted.last].map(drawn) : partsOf(code)}</code>
        </pre>
      )}
      {canFold && (
        <button type="button" class="unfold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.showLess : words.showAll(lines)}
        </button>
      )}
    </div>
  );
}

interface CodeToolsProps {
  code: string;
  language: string;
  wraps: boolean;
  wrap: () => void;
}

function CodeTools({ code, language, wraps, wrap }: CodeToolsProps) {
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label={words.wrap}
        title={words.wrap}
        aria-pressed={wraps}
        onClick={wrap}
      >
        <WrapIcon />
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={words.download}
        title={words.download}
        onClick={() => saveCode(code, language)}
      >
        <SaveIcon />
      </button>
    </>
  );
}

/** Divides code into parts. Each is a box of its own, which ends its last line. */
function partsOf(code: string): ComponentChildren {
  if (code.length < LONG) return code;
  const lines = code.split('\n');
  const parts: ComponentChildren[] = [];
  for (let first = 0; first < lines.length; first += LINES_OF_A_PART) {
    parts.push(
      <span key={first} class="lines">
        {lines.slice(first, first + LINES_OF_A_PART).join('\n') || '\n'}
      </span>,
    );
  }
  return parts;
}

/** A piece is drawn again only when it changes. */
const drawn = (html: SafeHtml, index: number) => (
  <span key={`piece ${index}`} dangerouslySetInnerHTML={trusted(html)} />
);

/** Preact's types know strings only; it hands the trusted object to the browser as it is. */
function trusted(html: SafeHtml): { __html: string } {
  return { __html: html as unknown as string };
}
