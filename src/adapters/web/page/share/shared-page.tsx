import { type ComponentChildren, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SharedPage, SharedTurn } from '../../api/share.ts';
import type { ApiFailure, AttachmentView, ConversationView, MadeFileView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { OWN_HEADERS } from '../connection/server.ts';
import { MessageTime } from '../conversation/message-time.tsx';
import { FileChip, Said } from '../conversation/person-message.tsx';
import { Mark } from '../icons.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { pathOf } from '../state/route.ts';

const words = onPage.sharing.reading;
const { answer, LOADING, TRY_AGAIN } = onPage.conversation;
const SHOWN_DATE: Intl.DateTimeFormatOptions = { dateStyle: 'long' };
/** Ways in which an answer ends that is not whole, through no wish of the person. */
const BROKEN = ['interrupted', 'error', 'refused'];

/** Draws the shared conversation at this address. It asks for nothing but what is behind the link. */
export function showShared(place: Element): void {
  document.body.classList.add('shared');
  render(<Shared path={location.pathname} />, place);
}

function Shared({ path }: { path: string }) {
  const { page, problem, isReading, more } = useShared(path);
  useEffect(() => {
    if (page) document.title = `${page.title} – Parley`;
  }, [page]);
  return (
    <div class="column shared-column">
      <header>
        <Mark />
        <h1 dir="auto">{page?.title ?? 'Parley'}</h1>
      </header>
      <main>
        {page && <p class="hint">{words.shared(new Date(page.at).toLocaleString('en', SHOWN_DATE))}</p>}
        <div role="log" aria-label={words.log} aria-live="off" aria-busy={isReading}>
          {page?.turns.map((turn) => (
            <Turn key={turn.id} turn={turn} path={path} />
          ))}
        </div>
        {problem !== null && <p role="alert">{problem}</p>}
        {(page === null || page.next !== null) && (
          <button type="button" class="pill" disabled={isReading} onClick={more}>
            {isReading ? LOADING : problem === null ? words.more : TRY_AGAIN}
          </button>
        )}
        {page?.next === null && <GoOn path={path} />}
      </main>
    </div>
  );
}

/** Takes a copy along. Only then does the page need a session. */
function GoOn({ path }: { path: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const goOn = async () => {
    setBusy(true);
    try {
      const headers = { ...OWN_HEADERS, 'Content-Type': 'application/json' };
      const response = await fetch(copyUrl(path), { method: 'POST', headers, body: '{}' });
      const answer = (await response.json()) as Partial<ConversationView & ApiFailure>;
      if (response.ok && answer.id !== undefined) return location.assign(pathOf(answer.id));
      setProblem(response.status === 401 ? words.signInFirst : (answer.error?.message ?? ''));
    } catch {
      setProblem(onPage.problems.UNREACHABLE);
    }
    setBusy(false);
  };
  return (
    <div class="go-on">
      <button type="button" class="primary" disabled={isBusy} onClick={goOn}>
        {words.goOn}
      </button>
      {problem !== null && <p role="alert">{problem}</p>}
    </div>
  );
}

/** The path is `/share/ID`. */
const copyUrl = (path: string) => `/api/shares/${path.split('/')[2]}/copy`;

function useShared(path: string) {
  const [page, setPage] = useState<SharedPage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  const read = async (from: number) => {
    setReading(true);
    setProblem(null);
    try {
      const response = await fetch(`${path}/turns?from=${from}`, { credentials: 'omit' });
      if (response.ok) {
        const next = (await response.json()) as SharedPage;
        setPage((before) => ({ ...next, turns: [...(before?.turns ?? []), ...next.turns] }));
      } else setProblem(await response.text());
    } catch {
      setProblem(onPage.problems.UNREACHABLE);
    }
    setReading(false);
  };
  useEffect(() => {
    read(0);
  }, []);
  return { page, problem, isReading, more: () => read(page?.next ?? 0) };
}

function Turn({ turn, path }: { turn: SharedTurn; path: string }) {
  const url = (file: AttachmentView) =>
    `${path}/files/${encodeURIComponent(turn.id)}/${encodeURIComponent(file.id)}`;
  return (
    <>
      <Files files={turn.attachments} url={url} kind="attached" name={onPage.conversation.message.files} />
      <Said text={turn.text} />
      <div class="own-foot">
        <MessageTime at={turn.at} />
      </div>
      <article class="answer" aria-label={answer.name}>
        <Mark />
        <div class="answer-body">
          {turn.answer !== '' && <Markdown text={turn.answer} growing={false} />}
          <Files files={turn.files} url={url} kind="made" name={answer.files} />
          {turn.endedAt !== undefined && <MessageTime at={turn.endedAt} />}
          {turn.end !== null && BROKEN.includes(turn.end) && <p class="notice calm">{words.broken}</p>}
        </div>
      </article>
    </>
  );
}

interface FilesProps {
  files: (AttachmentView & Partial<MadeFileView>)[];
  url: (file: AttachmentView) => string;
  kind: 'attached' | 'made';
  name: string;
}

function Files({ files, url, kind, name }: FilesProps): ComponentChildren {
  if (files.length === 0) return null;
  return (
    <ul class={kind} aria-label={name}>
      {files.map((file) => (
        <li key={file.id}>
          <a
            href={url(file)}
            target="_blank"
            rel="noopener"
            {...(!isPicture(file) && { download: file.name })}
          >
            {isPicture(file) ? (
              <img src={url(file)} alt={file.alt ?? file.name} loading="lazy" decoding="async" />
            ) : (
              <FileChip name={file.name} />
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

const isPicture = ({ type }: AttachmentView) => type.startsWith('image/');
