import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../state/state.ts';

/** Asks once after signing in what becomes of the conversations that the browser had before. */
export function BeforeSignIn() {
  const count = useStore(({ account }) => account?.before ?? null);
  const [Dialog, setDialog] = useState<FunctionComponent<{ count: number; close: () => void }> | null>(null);
  const [isLater, setLater] = useState(false);
  const isNeeded = count !== null && !isLater;
  useEffect(() => {
    // If it can't be loaded, the next visit asks.
    if (isNeeded)
      import('./before-dialog.tsx').then(
        ({ BeforeDialog }) => setDialog(() => BeforeDialog),
        () => {},
      );
  }, [isNeeded]);
  return isNeeded && Dialog ? <Dialog count={count} close={() => setLater(true)} /> : null;
}
