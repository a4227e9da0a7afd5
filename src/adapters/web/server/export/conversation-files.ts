/** A conversation as the text of a file, piece by piece. */
import { exportedTurn, turnAsMarkdown } from '../../../../core/exports/exported-turn.ts';
import { turnsInOrder } from '../../../../core/exports/turns-in-order.ts';
import type { ConversationEntry, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { trunkOf } from '../../../../core/turn/past/branches.ts';
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

/** An `ExportedConversation`, for programs: the branch that is shown, then the others. @throws StoreError */
export async function* asJson(
  transcripts: Pick<Transcripts, 'read' | 'branches'>,
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
  let shown: string | null = null;
  const written = new Set<string>();
  for await (const { turn, parent } of turnsOfAll(transcripts, conversation)) {
    const own = turn.message.id;
    if (written.has(own)) continue;
    yield `${written.size === 0 ? '' : ','}\n${JSON.stringify(inTree(turn, parent))}`;
    written.add(own);
    if (turn.isShown) shown = own;
  }
  yield `\n],"shown":${JSON.stringify(shown)}}\n`;
}

interface InTree {
  turn: StoredTurn & { isShown: boolean };
  parent: string | null;
}

/** The turns of all branches, each after its parent. Some come again. */
async function* turnsOfAll(
  transcripts: Pick<Transcripts, 'read' | 'branches'>,
  shown: ConversationId,
): AsyncGenerator<InTree> {
  async function* turnsOf(conversation: ConversationId, from = 0, before: string | null = null) {
    let parent = before;
    for await (const turn of turnsInOrder(transcripts, conversation, from)) {
      yield { turn: { ...turn, isShown: conversation === shown }, parent };
      parent = turn.message.id;
    }
  }
  const trunk = trunkOf(shown);
  yield* turnsOf(shown);
  if (trunk !== shown) yield* turnsOf(trunk);
  for (const { conversation, base } of await transcripts.branches(trunk)) {
    if (conversation === shown) continue;
    const [before] = (await transcripts.read(base.conversation, { limit: 1, before: base.seq })).turns;
    yield* turnsOf(conversation, base.seq, before?.message.id ?? null);
  }
}

function inTree(turn: StoredTurn, parent: string | null): ExportedTreeTurn {
  const { message, thoughts } = turn;
  return { id: message.id, parent, ...exportedTurn(turn), ...(thoughts && { thoughts }) };
}
