/** What was measured, for a reader and, in its last line, for a program. */
import type { HostileInput } from './hostile-input.ts';
import type { StreamCost } from './stream-cost.ts';
import type { TurnCost } from './turn-cost.ts';

/** What Parley aims at, as ratios: to the bare loop, and to the shortest conversation. */
const AIMS = { chunk: 1.5, memory: 1.5, turn: 1.2 };
const BLOCKED_MS = 50;
/** Where even the bare loop takes so much longer than the streams' pace, the machine is too busy to measure on. */
const TOO_SLOW = 1.15;

export function report(streams: StreamCost[], turns: TurnCost[], hostile: HostileInput[]): string {
  const rows: string[][] = [['', 'bare loop', 'Parley', 'ratio', 'aim']];
  for (const { scenario, bare, parley } of streams) {
    rows.push(
      [scenario.name],
      [
        '  CPU a chunk',
        `${bare.chunkMicros.toFixed(1)} µs`,
        `${parley.chunkMicros.toFixed(1)} µs`,
        ...ratio(parley.chunkMicros, bare.chunkMicros, AIMS.chunk),
      ],
      [
        '  peak memory (RSS)',
        megabytes(bare.peakBytes),
        megabytes(parley.peakBytes),
        ...ratio(parley.peakBytes, bare.peakBytes, AIMS.memory),
      ],
      ['  the round, in times of the streams’ pace', pace(bare.slowness), pace(parley.slowness), '', ''],
    );
    if (bare.slowness > TOO_SLOW) rows.push(['  THE MACHINE WAS BUSY: these figures mean little']);
  }
  rows.push(['cost of a turn, engine and store, the context full']);
  for (const { storedTurns, medianMs, shown } of turns) {
    rows.push([
      `  ${storedTurns.toLocaleString('en')} turns stored, ${shown} messages shown`,
      '',
      `${medianMs.toFixed(2)} ms`,
      ...ratio(medianMs, turns[0]?.medianMs ?? 0, AIMS.turn),
    ]);
  }
  rows.push(['hostile input: the longest the event loop stood still']);
  for (const { name, status, blockedMs } of hostile) {
    rows.push([`  ${name}, answered ${status}`, '', `${blockedMs.toFixed(1)} ms`, '', `≤ ${BLOCKED_MS} ms`]);
  }
  return `\n${table(rows)}\n\n${JSON.stringify({ streams, turns, hostile })}`;
}

function ratio(value: number, to: number, aim: number): string[] {
  return [`${(value / to).toFixed(2)}×`, `≤ ${aim}×`];
}

function pace(slowness: number): string {
  return `${slowness.toFixed(2)}×`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** The first column to the left, the others to the right; a row of one cell is a heading. */
function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.filter(({ length }) => length > 1).map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : `  ${cell.padStart(widths[column] ?? 0)}`,
    );
  return rows.map((row) => (row.length > 1 ? line(row).join('') : row.join(''))).join('\n');
}
