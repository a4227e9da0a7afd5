import type { ComponentChildren } from 'preact';

/** A quiet line that says what is happening. */
export function Progress({ children }: { children: ComponentChildren }) {
  return (
    <p class="progress">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {children}
    </p>
  );
}
