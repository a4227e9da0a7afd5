import type { Tokens } from 'marked';
import { useMemo } from 'preact/hooks';
import { DefinitionsContext } from './inline/inline.tsx';
import type { BlockToken } from './lex-blocks.ts';
import { MarkdownBlock } from './markdown-block.tsx';
import { useBlocks } from './use-blocks.ts';

/**
 * Renders Markdown as elements. A model's text never becomes HTML: tokens become elements, and text becomes text.
 * While `growing`, marks left open at the end are shown closed.
 */
export function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const read = useBlocks(withLineFeeds(text), growing);
  return useMemo(
    () => (
      <DefinitionsContext.Provider value={read.definitions}>
        <div class="prose">
          {read.blocks.map((token, index) => (
            // The index identifies a block, since text only grows at its end.
            <Block
              key={index}
              token={token}
              growing={growing && read.isWhole && index === read.blocks.length - 1}
            />
          ))}
        </div>
      </DefinitionsContext.Provider>
    ),
    [read, growing],
  );
}

/** A block is drawn again only when its own text changes. */
function Block({ token, growing }: { token: BlockToken; growing: boolean }) {
  return useMemo(
    () => <MarkdownBlock token={token} growing={growing} />,
    [token.type, token.raw, (token as Partial<Tokens.List>).start, growing],
  );
}

/** Converts Windows line ends, which some models write and the parsers do not know. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
