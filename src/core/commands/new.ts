/** `/new`: the conversation begins afresh, and nothing is deleted. */
import { markOf } from '../forgetting/forget.ts';
import type { ForgottenMarks } from '../forgetting/marks.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Transcripts } from '../storage.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandGroup, say } from './group.ts';

export interface NewOptions {
  transcripts: Pick<Transcripts, 'beginAfresh'>;
  marks: Pick<ForgottenMarks, 'change'>;
  words: Vocabulary;
}

export function newCommand({ transcripts, marks, words }: NewOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'new',
        names: { de: de.commands.begin.name },
        description: en.commands.begin.description,
        descriptions: { de: de.commands.begin.description },
        permission: 'asker',
        options: [],
        async run({ conversation, place }) {
          // A thread's history is not read from the platform again, either.
          await marks.change(conversation, { history: markOf(place.at) });
          await transcripts.beginAfresh(conversation);
          return say(en.commands.begin.done(words));
        },
      },
    ],
  };
}
