import type { ComponentChildren } from 'preact';
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

/** The hits of each conversation stand together under its title, in the order of their first one. */
function HitList({ hits }: { hits: SearchHit[] }) {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) groups.set(hit.conversation, [...(groups.get(hit.conversation) ?? []), hit]);
  return (
    <ul>
      {[...groups].map(([conversation, some]) => (
        <InConversation key={conversation} hits={some} />
      ))}
    </ul>
  );
}

function InConversation({ hits }: { hits: SearchHit[] }) {
  const id = useId();
  const [first] = hits;
  if (!first) return null;
  const ofTitle = hits.find(({ of }) => of === 'title');
  const others = hits.filter((hit) => hit !== ofTitle);
  return (
    <li class="found-in">
      <div class="conversation hit" id={id}>
        {ofTitle ? (
          <HitLink hit={ofTitle}>
            <FoundTitle hit={ofTitle} />
            {others.length === 0 && <span class="hit-text">{words.IN_TITLE}</span>}
          </HitLink>
        ) : (
          <FoundTitle hit={first} />
        )}
      </div>
      {others.length > 0 && (
        <ul aria-labelledby={id}>
          {others.map((hit) => (
            <li key={`${hit.branch} ${hit.turn?.id}`} class="conversation hit">
              <HitLink hit={hit}>
                <HitText hit={hit} />
              </HitLink>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function HitLink({ hit, children }: { hit: SearchHit; children: ComponentChildren }) {
  return (
    <a href={pathOf(hit.conversation)} onClick={(event) => follow(event, hit)}>
      {children}
    </a>
  );
}

/** A number that tells conversations apart stays whole, however long the title is. */
function FoundTitle({ hit }: { hit: SearchHit }) {
  const { title } = hit;
  const [, name = title, number] = /^(.*\S)\s+(\(\d+\))$/s.exec(title) ?? [];
  const isMarked = hit.of === 'title' && hit.snippet.startsWith(name);
  const marks = hit.marks.filter(([, to]) => to <= name.length);
  return (
    <span class="hit-title" title={title}>
      <bdi class="two-lines">{isMarked ? <Marked text={name} marks={marks} /> : name}</bdi>
      {number !== undefined && <span>{number}</span>}
    </span>
  );
}

function HitText({ hit }: { hit: SearchHit }) {
  if (hit.of === 'title') return <span class="hit-text">{words.IN_TITLE}</span>;
  return (
    <span class="hit-text">
      {words.from[hit.of]}:{' '}
      <bdi dir="auto">
        <Marked text={hit.snippet} marks={hit.marks} />
      </bdi>{' '}
      <HitTime hit={hit} />
    </span>
  );
}

function HitTime({ hit: { at } }: { hit: SearchHit }) {
  return (
    <time class="hit-at" dateTime={new Date(at).toISOString()}>
      {new Date(at).toLocaleDateString()}
    </time>
  );
}

/** A hit with the title of its conversation, and its text with the words marked. */
export function HitLine({ hit }: { hit: SearchHit }) {
  return (
    <span class="hit-line">
      <FoundTitle hit={hit} />
      <HitText hit={hit} />
    </span>
  );
}

function Marked({ text, marks }: Pick<SearchHit, 'marks'> & { text: string }) {
  const parts = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}

/** The browser handles clicks that ask for a new tab or window, as in the list. */
function follow(event: MouseEvent, hit: SearchHit) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  void openFound(hit);
}
