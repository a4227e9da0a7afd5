/** The plan of a run, made from its seed: all messages and faults. Times are milliseconds from the run's start. */
import { seededRandom } from '../../counterparts/faults.ts';
import type { Options } from '../options.ts';
import { CALM_MS, type Fault, type Say } from './cast.ts';
import { dice } from './dice.ts';
import { planFaults } from './plan-faults.ts';
import { planSays } from './plan-says.ts';

export interface Plan {
  says: Say[];
  faults: Fault[];
  /** Time of the last event of the plan, ms. */
  ms: number;
}

export function createPlan(options: Options): Plan {
  const ms = Math.max(options.seconds * 1000, CALM_MS * 2);
  const random = dice(seededRandom(options.seed));
  const says = planSays(options, ms, random);
  const faults = planFaults(options, ms, random).sort((a, b) => a.at - b.at);
  return { says, faults, ms };
}
