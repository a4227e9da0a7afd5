import pino, { type Logger } from 'pino';

/** Logs JSON lines on standard output, or on a given descriptor. They name conversations and turns, never texts or keys. */
export function createLog(level: string, descriptor: number = process.stdout.fd): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, pino.destination({ dest: descriptor, sync: true }));
}
