import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { seenCode } from '../../../../core/text/unseen.ts';
import { onPage } from '../../sentences/en.ts';
import { CopyButton } from '../copy.tsx';
import { highlight } from './highlight.ts';
import type { SafeHtml } from './sanitize.ts';

/** Length above which code is laid out in parts, so that only one part grows. */
const LONG = 20_000;
const LINES_OF_A_PART = 200;

export function CodeBlock({ code: written, language }: { code: string; language: string }) {
  const code = seenCode(written);
  const html = useMemo(() => highlight(code, language), [code, language]);
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{language || onPage.markdown.PLAIN_CODE}</span>
        <CopyButton text={code} name={onPage.markdown.copying.code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach */}
      <pre tabIndex={0} dir="ltr">
        {html ? <code dangerouslySetInnerHTML={trusted(html)} /> : <code>{partsOf(code)}</code>}
      </pre>
    </div>
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

/** Preact's types know strings only; it hands the trusted object to the browser as it is. */
function trusted(html: SafeHtml): { __html: string } {
  return { __html: html as unknown as string };
}
