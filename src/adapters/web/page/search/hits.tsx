import { useId } from 'preact/hooks';
import type { SearchHit, SearchHits } from '../../api/search.ts';
import { onPage } from '../../sentences/en.ts';
import { pathOf } from '../state/route.ts';
import { openFound } from './open-found.ts';

const words = onPage.searching;

/** Hits with all of the words, then those with some. Each leads to its turn. */
export function Hits({ found: { hits, some } }: { found: SearchHits }) {
  const id = useId();
  if (hits.length + some.length === 0) return <p class="hint">{words.NONE}</p>;
  return (
    <>
      {hits.length > 0 && <HitList hits={hits} />}
      {some.length > 0 && (
        <section aria-labelledby={id}>
          <h3 id={id} class="some-of-the-words">
            {words.SOME}
          </h3>
          <HitList hits={some} />
        </section>
      )}
    </>
  );
}

function HitList({ hits }: { hits: SearchHit[] }) {
  return (
    <ul>
      {hits.map((hit) => (
        <li key={`${hit.conversation} ${hit.branch} ${hit.turn?.id}`} class="conversation hit">
          <a href={pathOf(hit.conversation)} onClick={(event) => follow(event, hit)}>
            <HitLine hit={hit} />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A hit: its conversation, and its text with the words marked. */
export function HitLine({ hit }: { hit: SearchHit }) {
  return (
    <span class="hit-line">
      <span class="hit-head">
        <span class="hit-title one-line" dir="auto">
          {hit.title}
        </span>
        <time class="hit-at" dateTime={new Date(hit.at).toISOString()}>
          {new Date(hit.at).toLocaleDateString()}
        </time>
      </span>
      {hit.of !== 'title' && (
        <span class="hit-text">
          {words.from[hit.of]}: <Snippet hit={hit} />
        </span>
      )}
    </span>
  );
}

function Snippet({ hit: { snippet, marks } }: { hit: SearchHit }) {
  const parts = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(snippet.slice(at, from), <mark key={from}>{snippet.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <bdi dir="auto">
      {parts}
      {snippet.slice(at)}
    </bdi>
  );
}

/** The browser handles clicks that ask for a new tab or window, as in the list. */
function follow(event: MouseEvent, hit: SearchHit) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  void openFound(hit);
}
