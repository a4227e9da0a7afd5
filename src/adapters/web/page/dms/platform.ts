import { useStore } from '../state/state.ts';

/** The platform of the open conversation, if it is direct messages there. */
export function usePlatform(): string | undefined {
  return useStore(({ open, conversations }) => conversations.find((each) => each.id === open.id)?.platform);
}
