/** Refuses questions of people who have nothing left to spend, before the questions become turns. */
import type { ModelChooser } from '../models/catalog/choose.ts';
import type { LimitedSpender } from '../money/limits.ts';
import type { Spending } from '../money/metering/spending.ts';
import type { SpendingWatch } from '../money/metering/spending-watch.ts';
import type { Audit } from '../reports/audit.ts';
import { failureNotice } from '../sentences/failure-notice.ts';
import type { TenantSettings } from '../settings.ts';
import { mostTokens } from '../text/most-tokens.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** A question as limits see it. */
export interface SpendingQuestion extends LimitedSpender {
  /** The platform's id of the author, for the audit log. */
  author: string;
  settings: TenantSettings;
  reader: Reader;
  /** The text that is asked now. Absent for buttons and commands: no earlier answer can serve them. */
  text?: string;
}

export interface SpendingDoor {
  /** The sentence for an asker whose question a limit refuses. Undefined: it may be asked. @throws StoreError */
  refusalOf(question: SpendingQuestion): Promise<string | undefined>;
}

export interface SpendingDoorOptions {
  spending: Pick<Spending, 'reached'>;
  models: Pick<ModelChooser, 'describe'>;
  audit: Audit;
  words: Vocabulary;
  /** Called for each question that a limit refuses. */
  onRefused?: SpendingWatch['refused'];
}

export function createSpendingDoor(options: SpendingDoorOptions): SpendingDoor {
  const { spending, models, audit, words, onRefused } = options;
  return {
    async refusalOf({ author, settings, reader, text, ...spender }) {
      const { tenant } = spender;
      const choice = models.describe(tenant, settings);
      // The demo costs nothing, and without a key the answer is that there is none.
      if (choice.source === 'demo' || choice.source === 'none') return undefined;
      // An earlier answer costs nothing. Only the finished request tells whether there is one, so a question without one
      // is refused in its answer, by the meter.
      if (text !== undefined && settings.cachedHours !== undefined) return undefined;
      const limit = await spending.reached(spender, settings, choice, mostTokens(text ?? ''));
      if (!limit) return undefined;
      audit('refused', { tenant, person: author, reason: 'limit', what: `${limit.of}-${limit.period}` });
      onRefused?.(limit, { tenant, kind: 'answer' });
      return failureNotice({ kind: 'limit', limit }, choice, { reader, words });
    },
  };
}
