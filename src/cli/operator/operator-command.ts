/** The operator's commands, such as `npm start -- block server 1`. They work on a running Parley or on its store. */
import type { AccessLists, KeptAccessLists } from '../../core/access/access-lists.ts';
import type { ForgetEverywhere } from '../../core/forgetting/forget-everywhere.ts';
import type { Books } from '../../core/money/books.ts';
import type { Audit, AuditAction } from '../../core/reports/audit.ts';

/** The services of the commands. They are the same in a running Parley and in a process of their own. */
export interface OperatorServices {
  accessLists: KeptAccessLists;
  /** The lists of the environment. */
  configured: AccessLists;
  forgetEverywhere: ForgetEverywhere;
  books: Pick<Books, 'all'>;
  /** The month by the operator's time zone, such as `2026-11`. */
  thisMonth(): string;
  audit: Audit;
}

export interface OperatorCommand {
  /** The first word. */
  name: string;
  /** The arguments as the help shows them, such as `server|workspace|person <id>`. '' for none. */
  usage: string;
  /** The action in the audit log once the command is done. Absent: the command changes nothing. */
  audited?: AuditAction;
  /**
   * Runs the command, and returns the text that the operator reads.
   * @param args the words behind the name
   * @throws OperatorError; StoreError
   */
  run(services: OperatorServices, args: string[]): Promise<string>;
}

/** The command cannot be done as it was typed. The message is a sentence that names the way out. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
