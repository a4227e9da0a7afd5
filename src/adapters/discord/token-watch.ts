/** Whether Discord still takes the token: one 401 may pass, and is looked into before anything is given up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';

export interface TokenWatch {
  /** A call was refused with 401: looks into it, unless that is under way. */
  refused(): void;
  /** Resolves once it is certain: whether Discord takes the token no more. */
  isLasting(): Promise<boolean>;
  /** Whether that is known already. */
  isRefused(): boolean;
  stop(): void;
}

/** Before each look, while it may pass; a start does not wait for longer than 5 s. */
const LOOKS_MS = [250, 750, 1_500];
/** Between looks for whether the token is taken again: the first, then twice as long each, up to the longest. */
const AGAIN_MS = 2_000;
const LONGEST_AGAIN_MS = 60_000;

/** @param said what the log says of it */
export function createTokenWatch(rest: () => REST, log: Logger, said: string): TokenWatch {
  const stopping = new AbortController();
  let isRefused = false;
  let looking: Promise<boolean> | undefined;

  /** Undefined where Discord did not say. */
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
      // Parley stops.
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
