import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { CopyButton } from './copy.tsx';
import { highlight } from './highlight.ts';
import type { SafeHtml } from './sanitize.ts';

/** Lines of code that are laid out as one; a long program grows by whole parts. */
const LINES = /(?:[^\n]*\n){200}/g;

export function CodeBlock({ code, language }: { code: string; language: string }) {
  const html = useMemo(() => highlight(code, language), [code, language]);
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{language || 'text'}</span>
        <CopyButton text={code} name="Copy code" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach */}
      <pre tabIndex={0} dir="ltr">
        {html ? <code dangerouslySetInnerHTML={trusted(html)} /> : <code>{partsOf(code)}</code>}
      </pre>
    </div>
  );
}

function partsOf(code: string): ComponentChildren {
  const parts = code.match(LINES) ?? [];
  if (parts.length === 0) return code;
  const rest = code.slice(parts.reduce((sum, part) => sum + part.length, 0));
  return [...parts, rest].map((part, index) => (
    <span key={index} class="lines">
      {part}
    </span>
  ));
}

/** Preact's types know strings only; it hands the trusted object to the browser as it is. */
function trusted(html: SafeHtml): { __html: string } {
  return { __html: html as unknown as string };
}
