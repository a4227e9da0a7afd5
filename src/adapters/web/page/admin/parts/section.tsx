import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import * as words from '../../../sentences/en/admin-page.ts';
import { timeOf } from './admin-time.tsx';
import type { AdminReading } from './use-read.ts';

interface SectionProps<T> {
  title: string;
  reading: AdminReading<T>;
  /** Stands above what is read, and stays when the reading fails. */
  head?: ComponentChildren;
  children: (view: T) => ComponentChildren;
}

/** A part of the page with what was read for it, or why it could not be. */
export function Section<T>({ title, reading: { view, at, problem }, head, children }: SectionProps<T>) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {head}
      {problem !== null && (
        <p class="problem" role="alert">
          {problem} {view !== null && words.problem.stale(timeOf(at))}
        </p>
      )}
      {view === null ? problem === null && <p class="hint">{words.LOADING}</p> : children(view)}
    </section>
  );
}
