/** Prints what was measured: for a reader and, in the line below, for a program. */
import type { HostileInput } from './measures/hostile-input.ts';
import type { ChannelsFigures, ServersCost } from './measures/places.ts';
import type { Throughput } from './measures/queue-throughput.ts';
import type { QueueWait } from './measures/queue-wait.ts';
import type { PlatformFigures } from './measures/scenario.ts';
import type { SplitCost } from './measures/split.ts';
import type { StreamCost } from './measures/stream-cost.ts';
import type { LimitsCost } from './measures/turns/limits-cost.ts';
import type { TurnCost } from './measures/turns/turn-cost.ts';

/** Aims of Parley as ratios, to the bare loop and to the shortest conversation. */
const AIMS = { chunk: 1.5, memory: 1.5, turn: 1.2 };
const BLOCKED_MS = 50;
/** Aims for limits of money: ms that they add to a turn at p99 on SQLite, and round trips on Postgres. */
const LIMITS_ADD = { ms: 1, roundTrips: 1 };
/** Aim for the time from a message's arrival to its model request, ms, 99th percentile. */
const WAIT_MS = 10;
/** If even a server that stores nothing takes this long, ms, the machine is too busy to tell. */
const TOO_LONG_MS = WAIT_MS / 2;
/** If even the bare loop takes this multiple of the streams' pace, the machine is too busy to measure. */
const TOO_SLOW = 1.15;
/** Aims on a platform, in seconds and characters. Each scenario has the aims it was made for. */
type PlatformAims = { firstText?: number; staleness?: number; mean?: number; most: number }[];
const DISCORD_AIMS: PlatformAims = [
  { firstText: 0.3, staleness: 190, most: 0.2 },
  { most: 3 },
  { mean: 6, most: 11 },
];
const SLACK_AIMS: PlatformAims = [
  { firstText: 0.3, most: 0.2 },
  { firstText: 0.3, staleness: 400, most: 1 },
  { firstText: 0.3, staleness: 350, most: 1 },
  { firstText: 0.3, most: 1 },
  { firstText: 0.3, staleness: 400, most: 1 },
  // A Slack channel takes one post a second.
  { most: 70 },
];

type Rows = string[][];

export function print<Measured>(rowsOf: (measured: Measured) => Rows, measured: Measured): void {
  console.log(`\n${table(rowsOf(measured))}\n\n${JSON.stringify(measured)}`);
}

export function costRows(streams: StreamCost[]): Rows {
  const rows: Rows = [['', 'bare loop', 'Parley', 'ratio', 'aim']];
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
  return rows;
}

export function waitRows({ perSecond, seconds, bare, parley }: QueueWait): Rows {
  const row = (name: string, of: 'p50' | 'p99', aim: string) => [
    name,
    milliseconds(bare[of]),
    milliseconds(parley[of]),
    `${(parley[of] / bare[of]).toFixed(2)}×`,
    aim,
  ];
  const rows: Rows = [
    [`${perSecond} messages a second for ${seconds} s on SQLite: until the model is asked`],
    ['', 'without a store', 'Parley', 'ratio', 'aim'],
    row('  half of them within', 'p50', ''),
    row('  99 of 100 within', 'p99', `≤ ${WAIT_MS} ms`),
    ['  the machine was busy', percent(bare.busy), percent(parley.busy), '', ''],
  ];
  if (bare.p99 > TOO_LONG_MS) rows.push(['  THE MACHINE WAS BUSY: these figures mean little']);
  return rows;
}

export function throughputRows(measured: Throughput[]): Rows {
  const rows: Rows = [
    ['answers of a model that answers at once', 'turns a second', 'ratio', 'CPU a turn', 'machine busy'],
  ];
  const one = measured.find(({ store }) => store === 'Postgres')?.turnsPerSecond ?? Number.NaN;
  for (const { store, processes, turnsPerSecond, cpuMsPerTurn, busy } of measured) {
    rows.push([
      `  ${store}, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
      turnsPerSecond.toFixed(0),
      `${(turnsPerSecond / one).toFixed(2)}×`,
      cpuMsPerTurn === undefined ? '' : milliseconds(cpuMsPerTurn),
      percent(busy),
    ]);
  }
  return rows;
}

export function turnRows(turns: TurnCost[]): Rows {
  const rows: Rows = [['cost of a turn, engine and store, the context full', 'median', 'ratio', 'aim']];
  for (const { storedTurns, medianMs, shown } of turns) {
    rows.push([
      `  ${storedTurns.toLocaleString('en')} turns stored, ${shown} messages shown`,
      `${medianMs.toFixed(2)} ms`,
      ...ratio(medianMs, turns[0]?.medianMs ?? 0, AIMS.turn),
    ]);
  }
  return rows;
}

export function splitRows(splits: SplitCost[]): Rows {
  const rows: Rows = [
    ['100 KB, split and converted', 'marked’s parse', 'at 2,000', 'ratio', 'at 12,000', 'for Slack', 'aim'],
  ];
  const show = (ms: number) => `${ms.toFixed(1)} ms`;
  for (const { name, markedMs, discordMs, longMs, slackMs } of splits) {
    rows.push([
      `  ${name}`,
      markedMs === null ? 'gives up' : show(markedMs),
      show(discordMs),
      markedMs === null ? '' : `${(discordMs / markedMs).toFixed(2)}×`,
      show(longMs),
      show(slackMs),
      `≤ ${BLOCKED_MS} ms`,
    ]);
  }
  return rows;
}

export function hostileRows(hostile: HostileInput[]): Rows {
  const rows: Rows = [['hostile input', 'the longest the event loop stood still', 'aim']];
  for (const { name, status, blockedMs } of hostile) {
    rows.push([`  ${name}, answered ${status}`, `${blockedMs.toFixed(1)} ms`, `≤ ${BLOCKED_MS} ms`]);
  }
  return rows;
}

export function discordRows(figures: PlatformFigures[]): Rows {
  return platformRows('Discord, 5 messages and 5 edits per 5 s in a channel', figures, DISCORD_AIMS);
}

export function slackRows(figures: PlatformFigures[]): Rows {
  const limits = '20 streams begun, 100 appends and 20 streams ended a minute in a workspace';
  return platformRows(`Slack, ${limits}`, figures, SLACK_AIMS);
}

export function limitsRows(measured: LimitsCost[]): Rows {
  const rows: Rows = [['a turn', 'p50', 'p99', 'round trips', 'added at p99', 'aim']];
  for (const { store, way, p50, p99, roundTrips } of measured) {
    const base = measured.find((one) => one.store === store && one.way === 'counted');
    const isAdding = way === 'limited' && base !== undefined;
    const aim =
      store === 'SQLite' ? `≤ ${milliseconds(LIMITS_ADD.ms)}` : `≤ ${LIMITS_ADD.roundTrips} round trip`;
    rows.push([
      `  on ${store}, ${way}`,
      milliseconds(p50),
      milliseconds(p99),
      store === 'SQLite' ? '' : roundTrips.toFixed(2),
      isAdding ? milliseconds(p99 - base.p99) : '',
      isAdding ? aim : '',
    ]);
  }
  return rows;
}

export function serversRows(measured: ServersCost[]): Rows {
  const rows: Rows = [['Discord servers of one process', 'channels', 'ready after', 'memory (RSS)']];
  for (const { servers, channels, startSeconds, residentBytes } of measured) {
    rows.push([
      `  ${servers.toLocaleString('en')}`,
      channels.toLocaleString('en'),
      seconds(startSeconds),
      residentBytes === undefined ? '' : megabytes(residentBytes),
    ]);
  }
  return rows;
}

export function channelsRows(measured: ChannelsFigures[]): Rows {
  const rows: Rows = [
    [
      'one answer in each channel at once',
      'calls an answer',
      'first text',
      'not shown yet',
      'whole',
      'the last',
      'refused',
    ],
  ];
  for (const { channels, callsPerAnswer, firstText, staleness, whole, refused } of measured) {
    rows.push([
      `  ${channels} channels`,
      callsPerAnswer.toFixed(1),
      seconds(firstText),
      characters(staleness),
      seconds(whole.mean),
      seconds(whole.most),
      String(refused),
    ]);
  }
  return rows;
}

function platformRows(what: string, figures: PlatformFigures[], allAims: PlatformAims): Rows {
  const rows: Rows = [[what], ['', 'the limits allow', 'Parley', 'aim']];
  for (const [index, { scenario, firstText, staleness, whole, refused, least }] of figures.entries()) {
    const aims = allAims[index];
    rows.push(
      [`${scenario.name}, ${scenario.perSecond} characters a second each`],
      [
        '  first text after the model’s first chunk',
        '',
        seconds(firstText),
        atMost(aims?.firstText, seconds),
      ],
      [
        '  characters not shown yet, on average',
        least.staleness === undefined ? '' : characters(least.staleness),
        characters(staleness),
        atMost(aims?.staleness, characters),
      ],
      [
        '  whole text after the model’s end, on average',
        seconds(least.whole.mean),
        seconds(whole.mean),
        atMost(aims?.mean, seconds),
      ],
      ['  and of the last', seconds(least.whole.most), seconds(whole.most), atMost(aims?.most, seconds)],
      ['  calls refused for their rate', '0', String(refused), '0'],
    );
  }
  return rows;
}

function atMost(aim: number | undefined, show: (value: number) => string): string {
  return aim === undefined ? '' : `≤ ${show(aim)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function characters(value: number): string {
  return value.toFixed(0);
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

/** Formats rows with the first column left-aligned and the others right-aligned. A row of one cell is a heading. */
function table(rows: Rows): string {
  const widths = (rows.find(({ length }) => length > 1) ?? []).map((_, column) =>
    Math.max(...rows.filter(({ length }) => length > 1).map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : `  ${cell.padStart(widths[column] ?? 0)}`,
    );
  return rows.map((row) => (row.length > 1 ? line(row).join('') : row.join(''))).join('\n');
}
