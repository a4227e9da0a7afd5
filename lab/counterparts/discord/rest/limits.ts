/** Limits of a Discord message (developers/resources/message.mdx). */
import { type APIEmbed, MessageFlags } from 'discord-api-types/v10';
import { between, checkMessageComponents, length } from './component-limits.ts';
import type { LooseComponent } from './component-tree.ts';
import { ApiError, emptyMessage, invalidForm, tooLarge, tooLong } from './errors.ts';
import type { UploadedFile } from './request.ts';

const CONTENT_MOST = 2000;
const EMBED_TEXT_MOST = 6000;
const FILES_MOST = 10;
const FILE_BYTES_MOST = 10 * 1024 * 1024;

/** The body of a message as the bot sent it, before any check. */
export interface MessageBody {
  content?: string | null;
  embeds?: APIEmbed[] | null;
  components?: LooseComponent[] | null;
  attachments?: { id: string | number; filename?: string; description?: string }[] | null;
  allowed_mentions?: import('discord-api-types/v10').APIAllowedMentions | null;
  flags?: number | null;
  nonce?: string | number | null;
  enforce_nonce?: boolean;
  tts?: boolean;
  sticker_ids?: string[];
  poll?: unknown;
  message_reference?: {
    type?: number;
    message_id?: string;
    channel_id?: string;
    fail_if_not_exists?: boolean;
  } | null;
}

/** Checks each field. */
export function checkFields(body: MessageBody, files: readonly UploadedFile[]): void {
  const { content } = body;
  if (content !== undefined && content !== null) {
    if (typeof content !== 'string') {
      throw invalidForm('content', 'STRING_TYPE_CONVERT', 'Could not interpret as string.');
    }
    // Discord does not document whether it counts code points or UTF-16 units. UTF-16 units are stricter.
    if (content.length > CONTENT_MOST) throw tooLong('content', CONTENT_MOST);
  }
  const { nonce } = body;
  if (nonce !== undefined && nonce !== null && String(nonce).length > 25) throw tooLong('nonce', 25);
  if (files.length > FILES_MOST) throw new ApiError(400, 30015, 'Maximum number of attachments reached (10)');
  if (files.some((file) => file.bytes.length > FILE_BYTES_MOST)) throw tooLarge();
  for (const [index, attachment] of (body.attachments ?? []).entries()) {
    length(`attachments.${index}.description`, attachment.description, 0, 1024);
  }
  checkEmbeds(body.embeds ?? []);
  const flags = body.flags ?? 0;
  const v2 = (flags & MessageFlags.IsComponentsV2) !== 0;
  checkMessageComponents(body.components ?? [], v2);
  if (v2 && (body.content || (body.embeds?.length ?? 0) > 0 || body.poll)) {
    const text =
      'The `content`, `embeds` and `poll` fields cannot be used with MessageFlags.IS_COMPONENTS_V2.';
    throw invalidForm('content', 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', text);
  }
}

/** Checks that the message is not empty after Discord trims its content. */
export function checkNotEmpty(message: {
  content: string;
  embeds: readonly unknown[];
  components: readonly unknown[];
  attachments: readonly unknown[];
}): void {
  const { content, embeds, components, attachments } = message;
  if (content.trim() !== '') return;
  if (embeds.length + components.length + attachments.length === 0) throw emptyMessage();
}

function checkEmbeds(embeds: readonly APIEmbed[]): void {
  between('embeds', embeds.length, 0, 10);
  let total = 0;
  for (const [index, embed] of embeds.entries()) {
    const path = `embeds.${index}`;
    length(`${path}.title`, embed.title, 0, 256);
    length(`${path}.description`, embed.description, 0, 4096);
    length(`${path}.author.name`, embed.author?.name, 0, 256);
    length(`${path}.footer.text`, embed.footer?.text, 0, 2048);
    const fields = embed.fields ?? [];
    between(`${path}.fields`, fields.length, 0, 25);
    for (const [place, field] of fields.entries()) {
      length(`${path}.fields.${place}.name`, field.name, 1, 256);
      length(`${path}.fields.${place}.value`, field.value, 1, 1024);
      total += field.name.length + field.value.length;
    }
    for (const text of [embed.title, embed.description, embed.author?.name, embed.footer?.text]) {
      total += text?.length ?? 0;
    }
  }
  if (total > EMBED_TEXT_MOST) {
    const text = 'Embed size exceeds maximum size of 6000';
    throw invalidForm('embeds', 'MAX_EMBED_SIZE_EXCEEDED', text);
  }
}
