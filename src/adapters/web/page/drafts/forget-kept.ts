import { forgetFiles } from './kept-files.ts';

/**
 * Forgets what this browser keeps of the session. Needed where the browser ignores the server's Clear-Site-Data, for
 * example over plain http.
 */
export function forgetKept(): void {
  try {
    sessionStorage.clear();
    localStorage.clear();
  } catch {
    // The browser blocks storage, so there is nothing to forget.
  }
  forgetFiles();
}
