import { useMemo } from 'preact/hooks';
import { CopyButton } from './copy.tsx';
import { highlight } from './highlight.ts';
import type { SafeHtml } from './sanitize.ts';

export function CodeBlock({ code, language }: { code: string; language: string }) {
  const html = useMemo(() => highlight(code, language), [code, language]);
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{language || 'text'}</span>
        <CopyButton text={code} name="Copy code" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach */}
      <pre tabIndex={0}>{html ? <code dangerouslySetInnerHTML={trusted(html)} /> : <code>{code}</code>}</pre>
    </div>
  );
}

/** Preact's types know strings only; it hands the trusted object to the browser as it is. */
function trusted(html: SafeHtml): { __html: string } {
  return { __html: html as unknown as string };
}
