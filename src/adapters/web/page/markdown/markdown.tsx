import type { Tokens } from 'marked';
import { useId, useMemo } from 'preact/hooks';
import { FootnotesContext, findFootnotes } from './elements/footnotes.tsx';
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
  const prefix = useId();
  const isDone = read.isWhole && !growing;
  const notes = useMemo(() => (isDone ? findFootnotes(read.blocks, prefix) : null), [read, isDone, prefix]);
  const content = useMemo(
    () => (
      <DefinitionsContext.Provider value={read.definitions}>
        <div class="prose">
          {read.blocks.map((token, index) => (
            // The index identifies a block, since text only grows at its end.
            <Block
              key={index}
              token={token}
              place={`${index}`}
              growing={growing && read.isWhole && index === read.blocks.length - 1}
            />
          ))}
        </div>
      </DefinitionsContext.Provider>
    ),
    [read, growing],
  );
  return <FootnotesContext.Provider value={notes}>{content}</FootnotesContext.Provider>;
}

/** A block is drawn again only when its own text changes. */
function Block({ token, place, growing }: { token: BlockToken; place: string; growing: boolean }) {
  return useMemo(
    () => <MarkdownBlock token={token} place={place} growing={growing} />,
    [token.type, token.raw, (token as Partial<Tokens.List>).start, place, growing],
  );
}

/** Converts Windows line ends, which some models write and the parsers do not know. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
