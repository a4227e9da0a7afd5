/** The short version of an answer, below it in this window alone. */
import { useState } from 'preact/hooks';
import type { TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { Progress } from './progress.tsx';

const { answer: words } = onPage.conversation;

type Shown = { text: string } | { problem: string } | 'making' | null;

/** @returns what is shown now, and a function that asks for a short version */
export function useShortVersion(conversation: string, { id, answer }: TurnView) {
  const [shown, setShown] = useState<{ of: string; state: Shown }>({ of: answer, state: null });
  // Another answer needs another short version.
  const state = shown.of === answer ? shown.state : null;
  const set = (next: Shown) =>
    setShown((now) => (next === 'making' || now.of === answer ? { of: answer, state: next } : now));
  const ask = async () => {
    if (state !== null && state !== 'making' && 'text' in state) return set(null);
    if (state === 'making') return;
    set('making');
    try {
      set({ text: (await server.short(conversation, id)).short });
    } catch (error) {
      set({ problem: sentenceOf(error) });
    }
  };
  return { state, ask };
}

export function ShortVersion({ state }: { state: Shown }) {
  if (state === null) return null;
  if (state === 'making') return <Progress>{words.makingShort}</Progress>;
  if ('problem' in state)
    return (
      <p class="notice" role="alert">
        {state.problem}
      </p>
    );
  return (
    <section class="short-version" aria-label={words.short} aria-live="polite">
      <Markdown text={state.text} growing={false} />
    </section>
  );
}
