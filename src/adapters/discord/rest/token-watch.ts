/** Watches whether Discord still accepts the token. A 401 may pass, so the token is checked before Parley gives up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';

export interface TokenWatch {
  /** Call after a 401: checks the token, unless a check is under way. */
  refused(): void;
  /** Resolves, once that is certain, to whether Discord refuses the token for good. */
  isLasting(): Promise<boolean>;
  /** Whether the token is known to be refused. */
  isRefused(): boolean;
  stop(): void;
}

/** Waits before each check (ms), while the refusal may pass. A start waits for at most 5 s. */
const LOOKS_MS = [250, 750, 1_500];
/**
 * Wait before the first check whether the token is accepted again, ms. Each next wait is twice as long, up to
 * the longest.
 */
const AGAIN_MS = 2_000;
const LONGEST_AGAIN_MS = 60_000;

/** @param said the sentence for the log */
export function createTokenWatch(rest: () => REST, log: Logger, said: string): TokenWatch {
  const stopping = new AbortController();
  let isRefused = false;
  let looking: Promise<boolean> | undefined;

  /** Whether Discord accepts the token; undefined where it did not answer. */
  async function isTaken(): Promise<boolean | undefined> {
    try {
      await rest().get(Routes.user());
      return true;
    } catch (error) {
      return error instanceof DiscordAPIError && error.status === 401 ? false : undefined;
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { ref: false, signal: stopping.signal });

  async function look(): Promise<boolean> {
    for (const wait of LOOKS_MS) {
      await pause(wait);
      if (await isTaken()) return false;
    }
    return true;
  }

  async function untilTaken(): Promise<void> {
    for (let wait = AGAIN_MS; !(await isTaken()); wait = Math.min(LONGEST_AGAIN_MS, wait * 2))
      await pause(wait);
    isRefused = false;
    log.info('discord accepts the token again');
  }

  async function lookOnce(): Promise<boolean> {
    try {
      isRefused = await look();
      if (!isRefused) log.warn({ code: '401' }, 'discord refused the token for a moment');
      else {
        log.error({ code: '401' }, said);
        void untilTaken().catch(() => {});
      }
      return isRefused;
    } catch {
      // Parley is stopping.
      return false;
    } finally {
      looking = undefined;
    }
  }

  return {
    refused() {
      if (!isRefused) looking ??= lookOnce();
    },
    isLasting() {
      if (isRefused) return Promise.resolve(true);
      looking ??= lookOnce();
      return looking;
    },
    isRefused: () => isRefused,
    stop: () => stopping.abort(),
  };
}
