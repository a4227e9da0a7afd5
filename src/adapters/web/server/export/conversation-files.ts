/** A conversation as the text of a file, piece by piece. */
import { exportedTurn, turnAsMarkdown } from '../../../../core/exports/exported-turn.ts';
import { turnsInOrder } from '../../../../core/exports/turns-in-order.ts';
import type { ConversationEntry, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import type { ConversationId } from '../../../../core/types.ts';
import { EXPORT_FORMAT, type ExportedConversation, type ExportedTreeTurn } from '../../api/export.ts';

type Told = Pick<Transcripts, 'read'>;

/** The branch that is shown, for people. @throws StoreError */
export async function* asMarkdown(
  transcripts: Told,
  conversation: ConversationId,
  { title }: ConversationEntry,
): AsyncGenerator<string> {
  yield `# ${title.replaceAll(/\s+/g, ' ')}\n`;
  for await (const turn of turnsInOrder(transcripts, conversation)) yield `\n${turnAsMarkdown(turn)}`;
}

/** An `ExportedConversation`, for programs. @throws StoreError */
export async function* asJson(
  transcripts: Told,
  conversation: ConversationId,
  { id, title, at }: ConversationEntry,
): AsyncGenerator<string> {
  const head: Omit<ExportedConversation, 'turns' | 'shown'> = {
    format: EXPORT_FORMAT,
    version: 1,
    exported: new Date().toISOString(),
    id,
    title,
    at: new Date(at).toISOString(),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"turns":[`;
  let last: string | null = null;
  for await (const turn of turnsInOrder(transcripts, conversation)) {
    yield `${last === null ? '' : ','}\n${JSON.stringify(inTree(turn, last))}`;
    last = turn.message.id;
  }
  yield `\n],"shown":${JSON.stringify(last)}}\n`;
}

function inTree(turn: StoredTurn, parent: string | null): ExportedTreeTurn {
  const { message, thoughts } = turn;
  return { id: message.id, parent, ...exportedTurn(turn), ...(thoughts && { thoughts }) };
}
