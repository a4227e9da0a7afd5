/** `/export`: the messages and answers of a place as files, for people and for programs. */

import { exportedTurn, turnAsMarkdown } from '../exports/exported-turn.ts';
import { eachTurn } from '../forgetting/each-turn.ts';
import { type PartOf, partsOf } from '../place.ts';
import type { Audit } from '../reports/audit.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Transcripts } from '../storage.ts';
import { wordsOf } from '../text/quoted-lines.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall, CommandReply } from './command.ts';
import { type CommandGroup, say } from './group.ts';
import { ALL, MINE, mayTakeAll, nameInPublic, nameOfPlace, nothingThere, WHOSE_CHOICES } from './whose.ts';

export interface ExportOptions {
  transcripts: Transcripts;
  audit: Audit;
  words: Vocabulary;
}

/** Most bytes of one file; below the platforms' limits (Discord: 10 MB). */
const MOST_BYTES = 8 * 2 ** 20;
const PLACE_QUESTION = 'export';
const CONFIRMED = 'all';

const EXPORT: Omit<Command, 'run'> = {
  name: 'export',
  names: { de: de.commands.exporting.name },
  description: en.commands.exporting.description,
  descriptions: { de: de.commands.exporting.description },
  permission: 'anyone',
  options: [
    {
      name: 'what',
      names: { de: de.commands.exporting.what.name },
      description: en.commands.exporting.what,
      descriptions: { de: de.commands.exporting.what.description },
      type: 'choice',
      required: false,
      choices: WHOSE_CHOICES,
    },
  ],
};

export function exportCommand({ transcripts, audit, words }: ExportOptions): CommandGroup {
  /** @param isAll also what other people said there, but nothing of their own conversations */
  async function files({ tenant, place, author }: CommandCall, isAll: boolean): Promise<Files | undefined> {
    const person = author.id;
    const parts = await partsOf(transcripts, { tenant, place, person });
    const wanted = isAll ? parts.map(({ conversation }) => ({ conversation, isOwn: true })) : parts;
    const { turns, isWhole } = await newest(transcripts, wanted, { person, isAll });
    if (turns.length === 0) return undefined;
    const what = isAll && place.isShared ? place.kind : MINE;
    audit('exported', { tenant, person, conversation: place.id, what, count: turns.length });
    return {
      text: `${en.commands.exporting.files(turns.length)}${isWhole ? '' : ` ${en.commands.exporting.olderLeftOut}`}`,
      files: [
        { name: 'conversation.md', text: turns.map(({ markdown }) => markdown).join('\n') },
        { name: 'conversation.json', text: `[\n${turns.map(({ json }) => json).join(',\n')}\n]\n` },
      ],
    };
  }

  async function own(call: CommandCall): Promise<CommandReply> {
    const found = await files(call, !call.place.isShared);
    if (found) return { type: 'text', ...found };
    const { nothing, nothingOwn } = en.commands.exporting;
    const said = call.place.isShared ? nothingOwn : nothing;
    return say(nothingThere(call, words, said(nameOfPlace(call))));
  }

  async function all(call: CommandCall): Promise<CommandReply> {
    if (!mayTakeAll(call)) return say(en.notices.moderatorsOnly(words));
    const found = await files(call, true);
    if (!found) return say(en.commands.exporting.nothing(nameOfPlace(call)));
    return {
      type: 'text',
      ...found,
      announcement: en.commands.exporting.announced(nameInPublic(call), nameOfPlace(call)),
    };
  }

  return {
    commands: [
      {
        ...EXPORT,
        async run(call, { what = MINE }) {
          if (what !== ALL || !call.place.isShared || !mayTakeAll(call)) return own(call);
          return {
            type: 'question',
            id: PLACE_QUESTION,
            text: en.commands.exporting.question(nameOfPlace(call)),
            choice: CONFIRMED,
            label: en.commands.exporting.button,
          };
        },
      },
    ],
    panels: [{ id: PLACE_QUESTION, permission: 'anyone', pick: all }],
  };
}

interface Files {
  text: string;
  files: { name: string; text: string }[];
}

interface Written {
  markdown: string;
  json: string;
}

/** The newest turns that fit, conversation by conversation, in each the oldest first. */
async function newest(
  transcripts: Transcripts,
  parts: PartOf[],
  { person, isAll }: { person: string; isAll: boolean },
): Promise<{ turns: Written[]; isWhole: boolean }> {
  const newestFirst: Written[] = [];
  let left = MOST_BYTES;
  for (const { conversation, isOwn } of parts.reverse()) {
    for await (const turn of eachTurn(transcripts, conversation)) {
      if (!isOwn && turn.message.author.id !== person) continue;
      const told = isAll ? turn : { ...turn, message: { ...turn.message, ...wordsOf(person, turn.message) } };
      const written = { markdown: turnAsMarkdown(told), json: JSON.stringify(exportedTurn(told)) };
      left -= Math.max(Buffer.byteLength(written.markdown), Buffer.byteLength(written.json)) + 2;
      if (left < 0) return { turns: newestFirst.reverse(), isWhole: false };
      newestFirst.push(written);
    }
  }
  return { turns: newestFirst.reverse(), isWhole: true };
}
