import pino, { type Logger } from 'pino';

/** JSON lines on standard output. What is logged names conversations and turns, never texts or keys. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
