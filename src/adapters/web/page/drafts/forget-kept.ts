import { forgetFiles } from './kept-files.ts';

/**
 * Forgets what this browser keeps of the session, also where it does not obey the server's Clear-Site-Data, as over
 * plain http.
 */
export function forgetKept(): void {
  try {
    sessionStorage.clear();
    localStorage.clear();
  } catch {
    // The browser keeps nothing.
  }
  forgetFiles();
}
