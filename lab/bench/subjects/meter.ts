/** CPU time of a measured process between two marks, and its peak memory. */

export interface Usage {
  /** User and system time since `start`, microseconds. */
  cpuMicros: number;
  /** The largest resident set seen since `start`, bytes. */
  peakBytes: number;
}

/** Sampling interval, ms: short for rounds of seconds, and too long to cost anything. */
const SAMPLE_MS = 100;

export interface Meter {
  start(): void;
  read(): Usage;
}

export function createMeter(): Meter {
  let from = process.cpuUsage();
  let peakBytes = 0;
  const sample = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  setInterval(sample, SAMPLE_MS).unref();
  return {
    start() {
      from = process.cpuUsage();
      peakBytes = 0;
      sample();
    },
    read() {
      const { user, system } = process.cpuUsage(from);
      sample();
      return { cpuMicros: user + system, peakBytes };
    },
  };
}
