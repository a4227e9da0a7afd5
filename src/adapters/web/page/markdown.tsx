import type { MarkedToken, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { known, parseBlock, splitBlocks } from './blocks.ts';
import { closeMarks } from './close-marks.ts';
import { CodeBlock } from './code-block.tsx';
import { Inline } from './inline.tsx';

/**
 * Markdown as elements. No HTML is made of what a model writes: its tokens become elements, its text becomes
 * text. While `growing`, marks left open at the end are shown closed.
 */
export function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  if (!blocks) return <Plain text={text} />;
  const { raws, definitions } = blocks;
  return (
    <div class="prose">
      {raws.map((raw, index) => (
        // A block is what it is by its place: text only grows at its end.
        <Block
          key={index}
          raw={growing && index === raws.length - 1 ? closeMarks(raw) : raw}
          definitions={definitions}
        />
      ))}
    </div>
  );
}

/** Drawn again only when its own text changes. */
function Block({ raw, definitions }: { raw: string; definitions: string }) {
  return useMemo(() => {
    const tokens = parseBlock(raw, definitions);
    return tokens ? <BlockTokens tokens={tokens} depth={0} /> : <Plain text={raw} />;
  }, [raw, definitions]);
}

function Plain({ text }: { text: string }) {
  return <div class="plain">{text}</div>;
}

/** Deeper than this, blocks are shown as their text: no writing is, and the stack of the browser ends. */
const DEEPEST = 50;

interface Many {
  tokens: MarkedToken[];
  depth: number;
}

function BlockTokens({ tokens, depth }: Many) {
  return tokens.map((token, index) => <BlockToken key={index} token={token} depth={depth} />);
}

function BlockToken({ token, depth }: { token: MarkedToken; depth: number }): ComponentChildren {
  if (depth > DEEPEST) return <Plain text={token.raw} />;
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'hr':
      return <hr />;
    case 'heading':
      return <Heading token={token} />;
    case 'paragraph':
      return (
        <p>
          <Inline tokens={known(token.tokens)} />
        </p>
      );
    case 'code':
      return <CodeBlock code={token.text} language={languageOf(token)} />;
    case 'blockquote':
      return (
        <blockquote>
          <BlockTokens tokens={known(token.tokens)} depth={depth + 1} />
        </blockquote>
      );
    case 'list':
      return <List token={token} depth={depth + 1} />;
    case 'table':
      return <Table token={token} />;
    default:
      return <Inline tokens={[token]} />;
  }
}

function languageOf(token: Tokens.Code): string {
  return /^[\w+#.-]{1,30}/.exec(token.lang ?? '')?.[0].toLowerCase() ?? '';
}

/** The page's own heading is the first; those of an answer come below it. */
function Heading({ token }: { token: Tokens.Heading }) {
  const Tag = (['h2', 'h3', 'h4', 'h5', 'h6', 'h6'] as const)[token.depth - 1] ?? 'h6';
  return (
    <Tag>
      <Inline tokens={known(token.tokens)} />
    </Tag>
  );
}

function List({ token, depth }: { token: Tokens.List; depth: number }) {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task ? 'task' : undefined}>
      <BlockTokens tokens={known(item.tokens)} depth={depth} />
    </li>
  ));
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token }: { token: Tokens.Table }) {
  const cell = (one: Tokens.TableCell, index: number) => {
    const Tag = one.header ? 'th' : 'td';
    return (
      <Tag key={index} class={one.align ? `align-${one.align}` : undefined}>
        <Inline tokens={known(one.tokens)} />
      </Tag>
    );
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach
    <div class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>{token.header.map(cell)}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>{row.map(cell)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
