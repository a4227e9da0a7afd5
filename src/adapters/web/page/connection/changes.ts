/** Reads again what other windows of the session changed. */
import type { SessionEvents } from '../../api.ts';
import { openLatest, refreshConversations, reload } from '../state/open.ts';
import { getState } from '../state/state.ts';
import { backOff } from './back-off.ts';
import { see } from './version.ts';

export function hearOf(data: string): void {
  const { version, conversation, own }: SessionEvents['changed'] = JSON.parse(data);
  see(version);
  if (own) return;
  const { id } = getState().open;
  untilDone(refreshConversations).then(openLatest);
  if (id !== null && (conversation === null || conversation === id)) untilDone(() => reload(id));
}

/** Retries until the server can be reached and its store works. */
async function untilDone(attempt: () => Promise<boolean>): Promise<void> {
  for (let failures = 0; !(await attempt()); failures++) {
    await new Promise((resolve) => setTimeout(resolve, backOff(failures)));
  }
}
