/** Gathers from a provider's events how many tokens a call had, and how it was billed. */
import type { Nano } from '../../money/booking.ts';
import type { Usage } from '../../money/usage.ts';
import type { Billed } from '../model.ts';
import { billedOf, costIn, usageIn } from '../usage.ts';
import { fieldsOf } from './json.ts';

export interface ToldUsage {
  usage?: Usage;
  billed?: Billed;
}

/** Some servers tell their usage twice, or a growing one with each event. The last one counts. */
export function createTold(asked: string) {
  let usage: Usage | undefined;
  let cost: Nano | undefined;
  let model: unknown;
  let tier: unknown;
  return {
    /** @param event an event, or the response in it. @returns whether it told the usage */
    hear(event: unknown): boolean {
      const fields = fieldsOf(event);
      model = fields.model ?? model;
      tier = fields.service_tier ?? tier;
      const counts = fieldsOf(fields.usage);
      const [counted, charged] = [usageIn(counts), costIn(counts)];
      usage = counted ?? usage;
      cost = charged ?? cost;
      return counted !== undefined || charged !== undefined;
    },
    all(): ToldUsage {
      const billed = billedOf({ model, tier, cost }, asked);
      return { ...(usage && { usage }), ...(billed && { billed }) };
    },
  };
}
