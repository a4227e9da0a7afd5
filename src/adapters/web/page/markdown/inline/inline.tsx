import { type ComponentChildren, createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { hostBehind, hostBeside } from '../../../../../core/text/shown-host.ts';
import { seenCode } from '../../../../../core/text/unseen.ts';
import { onPage } from '../../../sentences/en.ts';
import { Formula } from '../../formulas/formula.tsx';
import { NoteReference } from '../elements/footnotes.tsx';
import { safeLink } from '../safe-link.ts';
import { decodeReferences } from '../sanitize.ts';
import { type InlineNode, plainText } from './inline-nodes.ts';
import type { Definitions } from './inline-reader.ts';
import { parseInline } from './parse-inline.ts';

/** Link definitions of the whole text. */
export const DefinitionsContext = createContext<Definitions>(new Map());

/** A run of text with its marks, as elements. */
export function Inline({ text, growing }: { text: string; growing: boolean }): ComponentChildren {
  const definitions = useContext(DefinitionsContext);
  return useMemo(
    () => elements(parseInline(text, { definitions, growing }), false),
    [text, definitions, growing],
  );
}

/** Elements of nodes; a link within a link is not rendered as one. */
function elements(nodes: InlineNode[], inLink: boolean): ComponentChildren[] {
  return nodes.map((node) => element(node, inLink));
}

function element(node: InlineNode, inLink: boolean): ComponentChildren {
  switch (node.type) {
    case 'text':
      return decodeReferences(node.text);
    case 'literal':
      return node.text;
    case 'code':
      return <code dir="ltr">{seenCode(node.text)}</code>;
    case 'formula':
      return <Formula text={node.text} />;
    case 'break':
      return <br />;
    case 'mark':
      return <node.tag>{elements(node.children, inLink)}</node.tag>;
    case 'link':
      return <Link node={node} inLink={inLink} />;
    case 'image':
      return <ImageLink node={node} inLink={inLink} />;
    case 'note':
      return <NoteReference label={node.label} inLink={inLink} />;
  }
}

interface AnchorProps {
  href: string;
  /** `bare`: the address is the link's own text. `cite`: the number of a source. */
  kind?: 'bare' | 'cite' | undefined;
  children: ComponentChildren;
}

/** The label of a citation (core/turn/tools/citing). */
const CITATION = /^\[\d{1,4}\]$/;

function Anchor({ href, kind, children }: AnchorProps) {
  return (
    <a href={href} class={kind} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children}
    </a>
  );
}

type Of<Type extends InlineNode['type']> = { node: InlineNode & { type: Type }; inLink: boolean };

function Link({ node, inLink }: Of<'link'>) {
  const text = elements(node.children, true);
  if (inLink) return text;
  const address = decodeReferences(node.href);
  const href = safeLink(address);
  if (href) {
    const label = decodeReferences(plainText(node.children));
    const host = node.bare ? hostBehind(address) : hostBeside(label, address);
    return (
      <>
        <Anchor href={href} kind={node.bare ? 'bare' : CITATION.test(label) ? 'cite' : undefined}>
          {text}
        </Anchor>
        {host !== undefined && (
          <span class="host" dir="ltr">
            {' '}
            ({host})
          </span>
        )}
      </>
    );
  }
  // An address that cannot be a link is shown as text, so that nothing the model wrote is hidden.
  return [...text, node.bare ? '' : ` (${address})`];
}

/** Images are never loaded: their author would learn that someone reads the answer. */
function ImageLink({ node, inLink }: Of<'image'>) {
  const address = decodeReferences(node.href);
  const href = safeLink(address);
  const text = `${decodeReferences(node.text) || onPage.markdown.IMAGE} (${address})`;
  if (!href || inLink) return text;
  return (
    <Anchor href={href} kind="bare">
      {text}
    </Anchor>
  );
}
