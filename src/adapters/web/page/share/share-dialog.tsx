import { useEffect, useRef, useState } from 'preact/hooks';
import { type ShareLink, sharePath } from '../../api/share.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf } from '../connection/server.ts';
import { CopyButton } from '../copy.tsx';
import { Dialog } from '../dialog.tsx';
import { announce } from '../state/state.ts';
import { sharing } from './share-requests.ts';

const words = onPage.sharing;
const SHOWN_DATE: Intl.DateTimeFormatOptions = { dateStyle: 'medium' };

interface ShareDialogProps {
  conversation: string;
  close: () => void;
}

/** Makes a link to the conversation, and lists all links of the person. */
export function ShareDialog({ conversation, close }: ShareDialogProps) {
  const { links, fresh, problem, create, stop } = useLinks(conversation);
  return (
    <Dialog name={words.TITLE} closeName={words.CLOSE} closed={close}>
      <div class="share-dialog">
        <p>{words.EXPLAINED}</p>
        <p class="hint">{words.DELETED}</p>
        {fresh ? (
          <NewLink link={fresh} />
        ) : (
          <button type="button" class="primary" onClick={create}>
            {words.CREATE}
          </button>
        )}
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {links.length > 0 && (
          <section aria-labelledby="share-links">
            <h3 id="share-links">{words.LINKS}</h3>
            <ul class="links">
              {links.map((link) => (
                <Link key={link.id} link={link} stop={() => stop(link)} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}

function useLinks(conversation: string) {
  const [links, setLinks] = useState<ShareLink[]>([]);
  const [fresh, setFresh] = useState<ShareLink | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = async (doing: () => Promise<void>) => {
    setProblem(null);
    try {
      await doing();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  useEffect(() => {
    attempt(async () => setLinks((await sharing.list()).shares));
  }, []);
  return {
    links,
    fresh,
    problem,
    create: () =>
      attempt(async () => {
        const link = await sharing.create(conversation);
        setFresh(link);
        setLinks((before) => [link, ...before]);
        announce(words.created);
      }),
    stop: (link: ShareLink) =>
      attempt(async () => {
        await sharing.end(link.id);
        setLinks((before) => before.filter(({ id }) => id !== link.id));
        if (fresh?.id === link.id) setFresh(null);
        announce(words.stopped);
      }),
  };
}

const addressOf = ({ id }: ShareLink) => `${location.origin}${sharePath(id)}`;

function NewLink({ link }: { link: ShareLink }) {
  const address = useRef<HTMLInputElement>(null);
  useEffect(() => {
    address.current?.focus();
    address.current?.select();
  }, []);
  return (
    <div class="new-link">
      <input readOnly aria-label={words.LINK} value={addressOf(link)} ref={address} />
      <CopyButton text={addressOf(link)} name={words.COPY} />
    </div>
  );
}

function Link({ link, stop }: { link: ShareLink; stop: () => void }) {
  const date = new Date(link.at).toLocaleString('en', SHOWN_DATE);
  return (
    <li>
      <a
        href={sharePath(link.id)}
        target="_blank"
        rel="noopener"
        aria-label={words.openOf(link.title, date)}
        class="one-line"
        dir="auto"
      >
        {link.title}
      </a>
      <span class="link-date">{date}</span>
      <button type="button" class="small danger" aria-label={words.stopOf(link.title)} onClick={stop}>
        {words.STOP}
      </button>
    </li>
  );
}
