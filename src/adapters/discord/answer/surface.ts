/** An answer's messages in a Discord channel, or behind an interaction's token while it is valid. */
import { MessageFlags } from 'discord.js';
import type { ReadMade, Surface } from '../../../chat/answer/surface.ts';
import { MESSAGE_CHARACTERS, smallPrint } from '../markdown/dialect.ts';
import type { RateBuckets } from '../rest/rate-buckets.ts';
import { rowsOf } from './buttons.ts';
import { createMessageAccess, type MessageAccessOptions } from './message-access.ts';
import { createForms } from './message-forms.ts';
import { createPosting } from './posting.ts';
import type { Typing } from './typing.ts';

export interface SurfaceOptions extends MessageAccessOptions {
  typing: Typing;
  buckets: RateBuckets;
  turn: string;
  /** As in `PostingOptions`; absent: the turn's own id. */
  asked?: string;
  /** The number of this beginning of the answer: a message posted anew must not be taken for one of an earlier beginning. */
  round: number;
  replyTo?: string;
  readMade: ReadMade;
  /** Messages of an earlier attempt that was cut off, which may have posted another. */
  resumesAfter?: string[];
}

export function createSurface(options: SurfaceOptions): Surface {
  const {
    channel,
    turn,
    asked = turn,
    round,
    replyTo,
    interaction,
    isPrivate = false,
    resumesAfter,
  } = options;
  const forms = createForms(turn, options.readMade);
  const access = createMessageAccess(options);
  const { guarded, token } = access;
  const isByInteraction = interaction !== undefined;
  const posting = createPosting({
    access,
    channel,
    turn,
    asked,
    round,
    replyTo,
    isByInteraction,
    isPrivate,
    resumesAfter,
  });

  /** The message's text, with a notice below it if there is room. */
  async function withNote(id: string, note: string) {
    const { content } = await access.read(id);
    const noted = `${content}\n\n${smallPrint(note)}`;
    return {
      content: noted.length <= MESSAGE_CHARACTERS ? noted : content,
      flags: MessageFlags.SuppressEmbeds,
      allowed_mentions: { parse: [] },
    };
  }

  return {
    async post(part, index, anew) {
      const isReply = index === 0 && replyTo !== undefined && !token();
      const id = await forms.send(part, isReply, (form) =>
        guarded(() => posting.post(part, form, { index, anew })),
      );
      posting.posted(id);
      return id;
    },
    edit: (id, part) => forms.send(part, false, (form) => guarded(() => access.edit(id, form.changes()))),
    remove: (id) => guarded(() => access.remove(id)),
    setButtons: (id, buttons, note) =>
      guarded(async () => {
        const noted = note === undefined ? {} : await withNote(id, note);
        await access.edit(id, { body: { ...noted, components: rowsOf(buttons, turn) } });
        return true;
      }),
    findLost: () => guarded(posting.findLost),
    // For a deferred interaction Discord itself shows that an answer is coming.
    indicate: () => (isByInteraction ? () => {} : options.typing.start(channel)),
    bucket(call) {
      const by = token();
      if (by) return options.buckets.ofToken(by.token);
      return options.buckets.ofChannel(call === 'post' || call === 'whole' ? 'post' : 'edit', channel);
    },
  };
}
