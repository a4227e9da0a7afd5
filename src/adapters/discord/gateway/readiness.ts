/** Whether the gateway is ready, and why not. */
import { AdapterError } from '../../../core/errors.ts';

export const UNREACHED = 'Discord cannot be reached';

export interface Readiness {
  /** Resolves once the gateway is ready. @throws AdapterError once it has failed for good */
  whenReady: Promise<void>;
  /** Undefined when ready, else the reason why not. */
  whyNotReady(): string | undefined;
  /** Whether the gateway was ready before. */
  wasReady(): boolean;
  /** Looks whether the gateway is ready now. */
  check(): void;
  /** Notes the reason for when the gateway is not ready. */
  because(problem: string): void;
  /** The gateway never becomes ready. */
  fail(problem: string): void;
}

/** @param areReady whether all shards are connected that should be */
export function createReadiness(areReady: () => boolean): Readiness {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let problem = 'Discord is not connected yet';
  let isFailed = false;
  let wasReady = false;
  const whyNotReady = () => (!isFailed && areReady() ? undefined : problem);
  return {
    whenReady: ready.promise,
    whyNotReady,
    wasReady: () => wasReady,
    check() {
      if (whyNotReady() !== undefined) return;
      wasReady = true;
      ready.resolve();
    },
    because(given) {
      problem = given;
    },
    fail(given) {
      isFailed = true;
      problem = given;
      ready.reject(new AdapterError(given));
    },
  };
}
