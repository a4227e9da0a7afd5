/** Records of one start for operators: turns that ended, and the newest lines of the audit log. */
import { type AuditTrail, createAuditTrail } from '../../store/operator/audit-trail.ts';
import { createEndedTurns, type EndedTurns } from '../../store/operator/ended-turns.ts';
import type { Store } from '../../store/store.ts';

export interface OperatorRecords {
  endedTurns: EndedTurns;
  audits: AuditTrail;
  /** Resolves once the store has everything. */
  stop(): Promise<void>;
}

export function createOperatorRecords(store: Store): OperatorRecords {
  const [endedTurns, audits] = [createEndedTurns(store), createAuditTrail(store)];
  return {
    endedTurns,
    audits,
    async stop() {
      await Promise.all([endedTurns.settle(), audits.settle()]);
    },
  };
}
