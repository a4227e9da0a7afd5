/**
 * Whether this browser tells of a long answer that is done, and with what. The browser keeps it and never sends it.
 */
export type NotifyChoice = 'off' | 'title' | 'bare';

const KEY = 'parley.notify';

/** Browsers notify from pages on https or loopback alone. */
export const canNotify = (): boolean => isSecureContext && 'Notification' in globalThis;

export function readNotify(): NotifyChoice {
  // The person may have taken the permission back in the browser.
  if (!canNotify() || Notification.permission !== 'granted') return 'off';
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'title' || kept === 'bare' ? kept : 'off';
  } catch {
    return 'off'; // Storage is blocked.
  }
}

/** Asks the person for the permission where it is missing. Returns whether the choice counts. */
export async function chooseNotify(choice: NotifyChoice): Promise<boolean> {
  if (choice !== 'off' && (await Notification.requestPermission()) !== 'granted') return false;
  try {
    localStorage.setItem(KEY, choice);
    return true;
  } catch {
    return false; // Storage is blocked.
  }
}
