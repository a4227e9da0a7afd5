/** Gathers from a provider's events how many tokens a call had, and how it was billed. */
import type { Nano } from '../../money/booking.ts';
import type { Usage } from '../../money/usage.ts';
import type { Billed } from '../model.ts';
import type { HostedUse } from '../tool.ts';
import { billedOf, costIn, hostedUseIn, usageIn } from '../usage.ts';
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
  let hosted: HostedUse | undefined;
  return {
    /** @param event an event, or the response in it. @returns whether it told the usage */
    hear(event: unknown): boolean {
      const fields = fieldsOf(event);
      model = fields.model ?? model;
      tier = fields.service_tier ?? tier;
      // Nearly no event has one.
      if (!fields.usage && !fields.tool_usage) return false;
      const counts = fieldsOf(fields.usage);
      const [counted, charged] = [usageIn(counts), costIn(counts)];
      usage = counted ?? usage;
      hosted = hostedUseIn(fields.tool_usage, counts) ?? hosted;
      cost = charged ?? cost;
      return counted !== undefined || charged !== undefined;
    },
    /** @param searches those that were seen, for a provider that counts none */
    all(searches = 0): ToldUsage {
      const use = hosted ?? (searches > 0 ? { searches } : undefined);
      const billed = billedOf({ model, tier, cost, hosted: use }, asked);
      return { ...(usage && { usage }), ...(billed && { billed }) };
    },
  };
}
