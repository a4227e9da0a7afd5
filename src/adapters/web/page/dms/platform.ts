import { getState, type PageState, useStore } from '../state/state.ts';

/** The platform of the open conversation, if it is direct messages there. */
export function usePlatform(): string | undefined {
  return useStore(platformIn);
}

export const openPlatform = (): string | undefined => platformIn(getState());

function platformIn({ open, conversations }: PageState): string | undefined {
  return conversations.find((each) => each.id === open.id)?.platform;
}
