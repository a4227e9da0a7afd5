import type { ComponentChildren } from 'preact';

/** Something is going on; quietly, in a line. */
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
