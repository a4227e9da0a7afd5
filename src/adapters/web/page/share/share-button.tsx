import type { FunctionComponent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { usePlatform } from '../dms/platform.ts';
import { ShareIcon } from '../icons.tsx';
import { useCommand } from '../palette/commands.ts';
import { problemOf } from '../state/problem.ts';
import { setState, useStore } from '../state/state.ts';

const words = onPage.sharing;

interface DialogProps {
  conversation: string;
  close: () => void;
}

/** Opens the dialogue with the links of the open conversation. The dialogue is loaded when it is first needed. */
export function ShareButton() {
  const id = useStore(({ open }) => (open.turns.length > 0 ? open.id : null));
  const platform = usePlatform();
  const [Dialog, setDialog] = useState<FunctionComponent<DialogProps> | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isThere = id !== null && platform === undefined;
  const open = async () => {
    try {
      const { ShareDialog } = await import('./share-dialog.tsx');
      setDialog(() => ShareDialog);
    } catch (error) {
      setState({ problem: problemOf(error) });
    }
  };
  const close = () => {
    setDialog(null);
    button.current?.focus();
  };
  useCommand('share', isThere ? () => void open() : undefined);
  if (!isThere) return null;
  return (
    <>
      <button
        type="button"
        class="quiet head-button"
        aria-label={words.BUTTON}
        title={words.BUTTON}
        aria-haspopup="dialog"
        ref={button}
        onClick={open}
      >
        <ShareIcon /> <span class="menu-button-name">{words.BUTTON}</span>
      </button>
      {Dialog && <Dialog conversation={id} close={close} />}
    </>
  );
}
