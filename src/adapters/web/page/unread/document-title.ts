import { useEffect, useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { useStore } from '../state/state.ts';

/** Names the window for its conversation. While it is hidden, the name counts the conversations with a new answer. */
export function useDocumentTitle(title: string | undefined): void {
  const count = useStore(({ conversations }) => conversations.filter(({ unread }) => unread).length);
  const isHidden = useHidden();
  useEffect(() => {
    const plain = title === undefined ? 'Parley' : `${title} – Parley`;
    document.title = isHidden && count > 0 ? onPage.unread.inTitle(count, plain) : plain;
  }, [title, count, isHidden]);
}

function useHidden(): boolean {
  const [is, setIs] = useState(document.visibilityState === 'hidden');
  useEffect(() => {
    const follow = () => setIs(document.visibilityState === 'hidden');
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, []);
  return is;
}
