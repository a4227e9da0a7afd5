/** Messages as tests read them. */
import { MessageFlags } from 'discord-api-types/v10';
import { isEphemeral } from '../posting.ts';
import type { LooseComponent } from '../rest/component-tree.ts';
import { attachmentUrl } from '../world/message-payloads.ts';
import type { HistoryEntry, StoredMessage, World } from '../world/world.ts';

export interface MessageView {
  id: string;
  channelId: string;
  author: { id: string; name: string; bot: boolean };
  type: number;
  content: string;
  embeds: object[];
  components: LooseComponent[];
  flags: number;
  attachments: {
    id: string;
    name: string;
    type: string;
    /** The alternative text of a picture. */
    description: string | undefined;
    size: number;
    text: string;
    url: string;
  }[];
  /** Id of the message that this message replies to. */
  referenceId: string | undefined;
  ephemeral: boolean;
  /** Whether the answer is deferred and has no content yet. */
  loading: boolean;
  deleted: boolean;
  nonce: string | number | undefined;
  /** Every content of the message, oldest first. */
  history: HistoryEntry[];
}

export function view(world: World, message: StoredMessage): MessageView {
  const author = world.users.get(message.authorId);
  return {
    id: message.id,
    channelId: message.channelId,
    author: { id: message.authorId, name: author?.name ?? '', bot: author?.bot ?? false },
    type: message.type,
    content: message.content,
    embeds: message.embeds,
    components: message.components as LooseComponent[],
    flags: message.flags,
    attachments: message.attachments.map((file) => ({
      id: file.id,
      name: file.name,
      type: file.type,
      description: file.description,
      size: file.bytes.length,
      text: Buffer.from(file.bytes).toString(),
      url: attachmentUrl(world, message.channelId, file),
    })),
    referenceId: message.reference?.messageId,
    ephemeral: isEphemeral(message),
    loading: (message.flags & MessageFlags.Loading) !== 0,
    deleted: message.deleted,
    nonce: message.nonce,
    history: [...message.history],
  };
}
