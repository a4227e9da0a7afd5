/** Commands of the operator: `npm start -- block server 1`. They work on a Parley that runs, or on its store. */
import type { AccessLists, KeptAccessLists } from '../../core/access/access-lists.ts';
import type { ForgetEverywhere } from '../../core/forgetting/forget-everywhere.ts';
import type { Audit, AuditAction } from '../../core/reports/audit.ts';

/** What the commands work with; the same within a running Parley and in a process of their own. */
export interface OperatorServices {
  accessLists: KeptAccessLists;
  /** The lists of the environment. */
  configured: AccessLists;
  forgetEverywhere: ForgetEverywhere;
  audit: Audit;
}

export interface OperatorCommand {
  /** The first word. */
  name: string;
  /** What is written behind it, such as `server|workspace|person <id>`; '' for nothing. */
  usage: string;
  /** What the audit log says once it is done; absent where it changes nothing. */
  audited?: AuditAction;
  /**
   * Does it, and returns what the operator reads.
   * @param args the words behind the name
   * @throws OperatorError; StoreError
   */
  run(services: OperatorServices, args: string[]): Promise<string>;
}

/** A command cannot be done as it was typed. The message is a sentence that names the way out. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
