import { useEffect, useState } from 'preact/hooks';
import { sentenceOf } from '../../connection/server.ts';

export interface AdminReading<T> {
  /** The newest view; it stays while the next one is read, and when that fails. */
  view: T | null;
  /** When it was read (ms since 1970). */
  at: number;
  /** Why the newest reading failed. */
  problem: string | null;
  /** Reads again at once. */
  again(): void;
}

/**
 * Reads while the window is visible, and again from time to time: one request at a time.
 * @param key what is read; another key is read at once
 * @param everyMs the time between two readings; null: reads once
 */
export function useRead<T>(key: string, read: () => Promise<T>, everyMs: number | null): AdminReading<T> {
  const [view, setView] = useState<{ view: T; at: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isReading = false;
    async function look(): Promise<void> {
      if (isReading || document.hidden) return;
      isReading = true;
      clearTimeout(timer);
      try {
        const found = await read();
        if (!isCurrent) return;
        setView({ view: found, at: Date.now() });
        setProblem(null);
      } catch (error) {
        if (isCurrent) setProblem(sentenceOf(error));
      }
      isReading = false;
      if (isCurrent && everyMs !== null) timer = setTimeout(look, everyMs);
    }
    void look();
    document.addEventListener('visibilitychange', look);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, everyMs, round]);
  return { view: view?.view ?? null, at: view?.at ?? 0, problem, again: () => setRound(round + 1) };
}
