import { useStore } from '../state/state.ts';

/** What whoever runs Parley should mend in how this page is reached. */
export function Advice() {
  const advice = useStore((state) => state.advice);
  return advice === null ? null : (
    <p class="problem advice" role="status">
      {advice}
    </p>
  );
}
