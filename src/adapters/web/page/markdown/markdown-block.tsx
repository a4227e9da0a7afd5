/** Renders Markdown blocks as elements. */
import type { Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { onPage } from '../../sentences/en.ts';
import { DiagramBlock } from '../diagrams/diagram-block.tsx';
import { Formula } from '../formulas/formula.tsx';
import { directionOf } from './direction.ts';
import { alertOf } from './elements/alert.ts';
import { CodeBlock } from './elements/code-block.tsx';
import { Note } from './elements/footnotes.tsx';
import { Table } from './elements/table.tsx';
import { Inline } from './inline/inline.tsx';
import type { BlockToken } from './lex-blocks.ts';

interface BlockProps {
  token: BlockToken;
  /** Whether the block's end is still being written. */
  growing: boolean;
  /** Whether the block is in a list. The items of a list share its direction. */
  inList?: boolean;
  /** The path of indexes that leads to the block (`Footnotes`). */
  place: string;
}

export function MarkdownBlock({ token, growing, inList = false, place }: BlockProps): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'comment':
    case 'checkbox':
      return null;
    case 'hr':
      return <hr />;
    case 'heading':
      return <Heading token={token} growing={growing} />;
    case 'paragraph':
      return (
        <p dir={inList ? undefined : 'auto'}>
          <Inline text={token.text} growing={growing} />
        </p>
      );
    case 'text':
      return <Inline text={token.text} growing={growing} />;
    case 'code':
      return <Code token={token} growing={growing} />;
    case 'formula':
      return <Formula text={token.text} block />;
    case 'blockquote':
      return <Quote token={token} growing={growing} place={place} />;
    case 'list':
      return <List token={token} growing={growing} place={place} />;
    case 'table':
      return <Table token={token} growing={growing} />;
    case 'details':
      return (
        <details dir={directionOf(token.summary || token.raw.slice(token.raw.indexOf('>')))}>
          <summary>
            {token.summary ? (
              <Inline text={token.summary} growing={growing && token.tokens.length === 0} />
            ) : (
              onPage.markdown.DETAILS
            )}
          </summary>
          <MarkdownBlocks tokens={known(token.tokens)} growing={growing} place={`${place}.0`} />
        </details>
      );
    case 'note':
      return (
        <Note label={token.label} place={place}>
          <MarkdownBlocks tokens={known(token.tokens)} growing={growing} place={`${place}.0`} />
        </Note>
      );
    default:
      return (
        <div class="plain" dir="auto">
          {token.raw}
        </div>
      );
  }
}

function MarkdownBlocks({
  tokens,
  growing,
  inList = false,
  place,
}: Omit<BlockProps, 'token'> & { tokens: BlockToken[] }) {
  const last = tokens.findLastIndex(({ type }) => type !== 'space');
  return tokens.map((token, index) => (
    <MarkdownBlock
      key={index}
      token={token}
      growing={growing && index >= last}
      inList={inList}
      place={`${place}.${index}`}
    />
  ));
}

type PartProps<Token> = Pick<BlockProps, 'growing' | 'place'> & { token: Token };

/** A quote, or an alert. */
function Quote({ token, growing, place }: PartProps<Tokens.Blockquote>) {
  const alert = alertOf(token);
  if (!alert) {
    return (
      <blockquote dir={directionOf(token.text)}>
        <MarkdownBlocks tokens={known(token.tokens)} growing={growing} place={`${place}.0`} />
      </blockquote>
    );
  }
  return (
    <div class="alert" data-kind={alert.kind} dir={directionOf(token.text)}>
      <p class="alert-title">{onPage.markdown.alerts[alert.kind]}</p>
      <MarkdownBlocks tokens={known(alert.tokens)} growing={growing} place={`${place}.0`} />
    </div>
  );
}

/** Narrows Marked's wider type: only tokens of `lexBlocks` come here. */
function known(tokens: { type: string; raw: string }[]): BlockToken[] {
  return tokens as BlockToken[];
}

function Code({ token, growing }: { token: Tokens.Code; growing: boolean }) {
  const language = languageOf(token);
  if (language === 'mermaid') return <DiagramBlock code={token.text} growing={growing} />;
  return <CodeBlock code={token.text} language={language} growing={growing} />;
}

/** The language of a fence: `js` in `js title="…"`. */
function languageOf(token: Tokens.Code): string {
  return /^[\w+#.-]{1,30}/.exec(token.lang ?? '')?.[0].toLowerCase() ?? '';
}

/** Renders a heading one level lower: the first level is the page's own. */
function Heading({ token, growing }: { token: Tokens.Heading; growing: boolean }) {
  const Tag = (['h2', 'h3', 'h4', 'h5', 'h6', 'h6'] as const)[token.depth - 1] ?? 'h6';
  return (
    <Tag dir="auto">
      <Inline text={token.text} growing={growing} />
    </Tag>
  );
}

/** Renders a list. An item may have its own direction, except where that would split words. */
function List({ token, growing, place }: PartProps<Tokens.List>) {
  const direction = directionOf(token.raw);
  const items = token.items.map((item, index) => (
    <li
      key={index}
      class={item.task ? 'task' : undefined}
      dir={direction === 'ltr' ? directionOf(item.text) : undefined}
    >
      {item.task && (
        <input
          type="checkbox"
          checked={item.checked === true}
          disabled
          aria-label={item.checked ? onPage.markdown.task.done : onPage.markdown.task.open}
        />
      )}
      <MarkdownBlocks
        tokens={item.task ? withoutBox(known(item.tokens)) : known(item.tokens)}
        growing={growing && index === token.items.length - 1}
        inList
        place={`${place}.${index}`}
      />
    </li>
  ));
  const Tag = token.ordered ? 'ol' : 'ul';
  const start = token.ordered && token.start !== '' ? token.start : undefined;
  return (
    <Tag dir={direction} start={start}>
      {items}
    </Tag>
  );
}

/** Removes a task's `[x]`, which Marked leaves in the first paragraph of an item with paragraphs. */
function withoutBox([first, ...rest]: BlockToken[]): BlockToken[] {
  if (first?.type !== 'paragraph') return first ? [first, ...rest] : [];
  return [{ ...first, text: first.text.replace(/^\[[ xX]\]\s+/, '') }, ...rest];
}
