/** `/stop`: stops the answers in progress at a place, like the button under each answer. */

import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Transcripts } from '../storage.ts';
import type { TurnQueue } from '../turn/queue.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandGroup, say } from './group.ts';
import { nothingThere } from './whose.ts';

export interface StopOptions {
  queue: Pick<TurnQueue, 'busyWithin' | 'live' | 'cancel'>;
  transcripts: Pick<Transcripts, 'find'>;
  words: Vocabulary;
}

export function stopCommand({ queue, transcripts, words }: StopOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'stop',
        names: { de: de.commands.stop.name },
        description: en.commands.stop.description,
        descriptions: { de: de.commands.stop.description },
        permission: 'anyone',
        options: [],
        async run(call) {
          const { conversation, author, isAdmin } = call;
          let stopped = 0;
          let others = 0;
          for (const busy of await queue.busyWithin(conversation)) {
            for (const { id, phase } of await queue.live(busy)) {
              if (phase === 'answered') continue;
              const turn = await transcripts.find(busy, id);
              if (!isAdmin && turn?.message.author.id !== author.id) others++;
              else if (await queue.cancel(busy, id)) stopped++;
            }
          }
          if (stopped > 0) return say(en.commands.stop.stopped(stopped));
          return say(
            nothingThere(call, words, others > 0 ? en.notices.notYours(words) : en.notices.nothingToStop),
          );
        },
      },
    ],
  };
}
