import { useStore } from '../state/state.ts';

/** Advice to the operator on how to improve the way this page is reached. */
export function Advice() {
  const advice = useStore((state) => state.advice);
  return advice === null ? null : (
    <p class="problem advice" role="status">
      {advice}
    </p>
  );
}
