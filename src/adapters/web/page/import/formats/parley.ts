/** Parley's own export (api/export.ts). */
import type { End } from '../../../../../core/types.ts';
import { EXPORT_FORMAT } from '../../../api/export.ts';
import { IMPORT_LIMITS, type ImportedFile } from '../../../api/import.ts';
import { type ConversationSteps, draftConversation } from './conversation-draft.ts';
import { at, listOf, numberOf, textOf, timeOf } from './fields.ts';
import { lastLeaf, pathTo } from './shown-path.ts';

const ENDS: readonly End[] = ['stop', 'length', 'stopped', 'refused', 'interrupted', 'error'];

export const isParley = (element: unknown): boolean => at(element, 'format') === EXPORT_FORMAT;

export function* readParley(element: unknown): ConversationSteps {
  const draft = draftConversation({
    source: 'parley',
    key: textOf(at(element, 'id')),
    title: textOf(at(element, 'title')),
    at: timeOf(at(element, 'at')),
  });
  const turns = listOf(at(element, 'turns')).map((turn) => ({
    id: textOf(at(turn, 'id')),
    parent: textOf(at(turn, 'parent')) || undefined,
    turn,
  }));
  const byId = new Map(turns.map((one) => [one.id, one]));
  const shown = textOf(at(element, 'shown'));
  const leaf = byId.has(shown) ? shown : lastLeaf(turns);
  for (const id of leaf === undefined ? [] : pathTo(leaf, (one) => byId.get(one)?.parent)) {
    const turn = byId.get(id)?.turn;
    yield;
    if (turn === undefined || id === '') continue;
    const written = { key: id, at: timeOf(at(turn, 'at')) };
    draft.add({
      ...written,
      by: 'person',
      text: textOf(at(turn, 'text')),
      files: filesOf(at(turn, 'files')),
    });
    draft.add({
      ...written,
      by: 'model',
      text: textOf(at(turn, 'answer')),
      files: filesOf(at(turn, 'made')),
      thoughts: textOf(at(turn, 'thoughts')),
      model: textOf(at(turn, 'model')),
      end: ENDS.find((end) => end === at(turn, 'end')) ?? 'interrupted',
    });
  }
  return draft.finish();
}

const filesOf = (files: unknown): ImportedFile[] =>
  listOf(files)
    .slice(0, IMPORT_LIMITS.files)
    .map((file) => ({
      name: textOf(at(file, 'name')),
      type: textOf(at(file, 'type')),
      size: numberOf(at(file, 'size')),
    }));
