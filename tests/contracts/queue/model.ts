/** Whatever happens to the processes and the store, in whatever order: what the turn queue promises of each message. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WhenBusy } from '../../../src/core/settings.ts';
import type { Ground } from './stage.ts';
import { openWorld, type World } from './world.ts';

export interface ModelTestOptions {
  open(): Promise<Ground>;
  isShared: boolean;
  /** Sequences of events that each world goes through. */
  runs: number;
  /** Worlds that run at the same time: most of their time is waiting. */
  worlds?: number;
}

const MOST_COMMANDS = 40;

/** An event that may happen. The model of `fc.commands` is the world itself, since events depend on the processes. */
interface Happening {
  name: string;
  isPossible?(world: World): boolean;
  happen(world: World): Promise<void>;
}

class Command implements fc.AsyncCommand<object, World> {
  readonly happening: Happening;
  #hasHappened = false;
  constructor(happening: Happening) {
    this.happening = happening;
  }
  check = () => true;
  async run(_: object, world: World) {
    if (this.happening.isPossible?.(world) === false) return;
    this.#hasHappened = true;
    world.note(this.happening.name);
    await this.happening.happen(world);
    expect(world.problems).toEqual([]);
  }
  toString = () => (this.#hasHappened ? this.happening.name : '–');
}

const nth = fc.nat({ max: 20 });
const whenBusy = fc.constantFrom<WhenBusy>('wait', 'wait', 'collect', 'interrupt');

function happenings(isShared: boolean): fc.Arbitrary<Happening>[] {
  const hasSaid = ({ said }: World) => said.length > 0;
  const accept = fc
    .record({
      process: nth,
      place: nth,
      author: fc.constantFrom('ada', 'bob'),
      whenBusy,
      late: fc.constantFrom(0, 0, 1, 2),
    })
    .map((one) => ({ name: `accept ${Object.values(one)}`, happen: (world: World) => world.accept(one) }));
  const ofMessage = (name: 'redeliver' | 'cancel' | 'edit' | 'retry') =>
    fc.tuple(nth, nth).map(([process, message]) => ({
      name: `${name} ${process} ${message}`,
      isPossible: hasSaid,
      happen: (world: World) => world[name](process, message),
    }));
  const ofProcess = (name: 'kill' | 'stop' | 'pause' | 'resume' | 'start' | 'fail' | 'failAfter' | 'mend') =>
    nth.map((process) => ({
      name: `${name} ${process}`,
      happen: (world: World) => world[name](process),
    }));
  const ofAttempt = (name: 'finish' | 'keepOnly' | 'breakOff') =>
    nth.map((attempt) => ({ name: `${name} ${attempt}`, happen: (world: World) => world[name](attempt) }));
  const forget = nth.map((place) => ({
    name: `forget ${place}`,
    happen: (world: World) => world.forget(place),
  }));
  const wait = fc.constantFrom(1, 10, 50, 200).map((ms) => ({
    name: `wait ${ms}`,
    happen: async () => void (await sleep(ms)),
  }));
  return [
    ...[accept, accept, accept, accept],
    ...(['redeliver', 'cancel', 'edit', 'retry'] as const).map(ofMessage),
    ...(['finish', 'finish', 'finish', 'keepOnly', 'breakOff'] as const).map(ofAttempt),
    ...(['kill', 'stop', 'start', 'start', 'fail', 'failAfter', 'mend', 'mend'] as const).map(ofProcess),
    ...(isShared ? (['pause', 'resume', 'resume'] as const).map(ofProcess) : []),
    forget,
    ...[wait, wait],
  ];
}

export function testQueueModel(name: string, { open, isShared, runs, worlds = 8 }: ModelTestOptions): void {
  describe.concurrent(`turn queue, whatever happens: ${name}`, () => {
    it('answers each message once and in order, and leaves nothing about (property)', async () => {
      const commands = fc.commands(
        happenings(isShared).map((one) => one.map((happening) => new Command(happening))),
        { maxCommands: MOST_COMMANDS, size: 'max' },
      );
      // Each world has its own sequences, in CI as well.
      const { seed } = fc.readConfigureGlobal();
      const property = fc.asyncProperty(commands, async (sequence) => {
        await using world = await openWorld(await open(), isShared);
        await fc.asyncModelRun(() => ({ model: {}, real: world }), sequence);
        await world.quiet();
        expect(world.problems).toEqual([]);
      });
      await Promise.all(
        Array.from({ length: worlds }, (_, world) =>
          fc.assert(property, {
            ...(seed !== undefined && { seed: seed + world }),
            numRuns: runs,
            // Real clocks: what failed does not fail in the same way again.
            endOnFailure: true,
          }),
        ),
      );
    });
  });
}
