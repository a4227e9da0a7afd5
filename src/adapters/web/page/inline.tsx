import type { MarkedToken, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { known } from './blocks.ts';
import { safeLink } from './safe-link.ts';
import { decodeReferences } from './sanitize.ts';

interface InlineProps {
  tokens: MarkedToken[];
  depth?: number;
  /** Links don't hold links. */
  inLink?: boolean;
}

const DEEPEST = 50;

/** A run of text with its marks, as elements. */
export function Inline({ tokens, depth = 0, inLink = false }: InlineProps): ComponentChildren {
  return tokens.map((token) => inline(token, depth, inLink));
}

function inline(token: MarkedToken, depth: number, inLink: boolean): ComponentChildren {
  if (depth > DEEPEST) return token.raw;
  const inner = () =>
    'tokens' in token && token.tokens ? (
      <Inline tokens={known(token.tokens)} depth={depth + 1} inLink={inLink} />
    ) : (
      decodeReferences('text' in token ? token.text : token.raw)
    );
  switch (token.type) {
    case 'strong':
      return <strong>{inner()}</strong>;
    case 'em':
      return <em>{inner()}</em>;
    case 'del':
      return <del>{inner()}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'escape':
      return token.text;
    case 'checkbox':
      return (
        <input
          type="checkbox"
          checked={token.checked}
          disabled
          aria-label={token.checked ? 'Done' : 'To do'}
        />
      );
    case 'link':
      return <Link token={token} depth={depth} inLink={inLink} />;
    case 'image':
      return <ImageLink token={token} inLink={inLink} />;
    default:
      return inner();
  }
}

function Anchor({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children}
    </a>
  );
}

function Link({ token, depth, inLink }: { token: Tokens.Link; depth: number; inLink: boolean }) {
  const text = <Inline tokens={known(token.tokens)} depth={depth + 1} inLink />;
  const address = token.autolink ? token.href : decodeReferences(token.href);
  const href = safeLink(address);
  if (inLink) return text;
  // An address that is no link is shown, so that nothing written is hidden.
  return href ? (
    <Anchor href={href}>{text}</Anchor>
  ) : (
    <>
      {text} {token.autolink ? '' : `(${address})`}
    </>
  );
}

/** Images are never loaded: whoever wrote the answer would learn that it is read. */
function ImageLink({ token, inLink }: { token: Tokens.Image; inLink: boolean }) {
  const address = decodeReferences(token.href);
  const href = safeLink(address);
  const text = `${decodeReferences(token.text) || 'Image'} (${address})`;
  return href && !inLink ? <Anchor href={href}>{text}</Anchor> : text;
}
