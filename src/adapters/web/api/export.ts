/**
 * The JSON file of one conversation, which Parley's own import takes back. An export of several conversations is an
 * array of these. Readers ignore fields that they do not know.
 */
import type { ExportedTurn } from '../../../core/exports/exported-turn.ts';

export const EXPORT_FORMAT = 'parley.conversation';

export interface ExportedConversation {
  format: typeof EXPORT_FORMAT;
  version: 1;
  /** When it was exported, ISO 8601 in UTC. */
  exported: string;
  id: string;
  title: string;
  /** When it was last written to, ISO 8601 in UTC. */
  at: string;
  /** All turns of all branches, each after its parent. */
  turns: ExportedTreeTurn[];
  /** The id of the last turn of the branch that was shown; null: there are no turns. */
  shown: string | null;
}

export interface ExportedTreeTurn extends ExportedTurn {
  id: string;
  /** The id of the turn before it; null: it begins the conversation. */
  parent: string | null;
  /** The model's reasoning, where it was kept. */
  thoughts?: string;
}

export const EXPORT_KINDS = ['markdown', 'json'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
