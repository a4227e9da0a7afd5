import { useEffect, useState } from 'preact/hooks';
import { onPage } from '../sentences/en.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';
import { announce } from './state/state.ts';

const words = onPage.markdown.copying;

/** A button that puts `text` on the clipboard. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const done = await toClipboard(text);
    setCopied(done);
    announce(done ? words.done : words.refused);
  };
  return (
    <button type="button" class="quiet" aria-label={name} title={copied ? words.copied : name} onClick={copy}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    // `navigator.clipboard` is missing on plain http outside localhost.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromSelection(text);
  }
}

/** Copies with `execCommand`, which works without a secure context. */
function copyFromSelection(text: string): boolean {
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'visually-hidden';
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
