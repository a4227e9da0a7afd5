/** Routes for the answer to an interaction, and for its token afterwards. */
import { InteractionResponseType, InteractionType, MessageFlags, MessageType } from 'discord-api-types/v10';
import { checkMayEdit } from '../access.ts';
import type { CallbackData, Context, StoredInteraction } from '../context.ts';
import { change, changesFrom, draftFrom, isEphemeral, post, recordPings, remove } from '../posting.ts';
import { between, checkModal, length } from '../rest/component-limits.ts';
import { alreadyAcknowledged, invalidForm, threadArchived, unknownMessage } from '../rest/errors.ts';
import type { UploadedFile } from '../rest/request.ts';
import { messagePayload } from '../world/message-payloads.ts';
import { isThread, type StoredMessage } from '../world/world.ts';
import type { Call, Route } from './route.ts';
import { unarchive } from './threads.ts';

const Response = InteractionResponseType;

const callback: Route = {
  method: 'POST',
  path: '/interactions/:interaction/:token/callback',
  kind: 'callback',
  bucket: undefined,
  auth: 'token',
  handle(context, { params, query, body, files }) {
    const interaction = context.interactions.waiting(context, params.interaction, params.token);
    if (interaction.callback) throw alreadyAcknowledged();
    // Reported for archived threads (discord-api-docs #5517) ◇. The strictest reading refuses every answer.
    if (isThread(interaction.channel) && interaction.channel.archived) throw threadArchived();
    const type = Number(body.type);
    const data = body.data as CallbackData | undefined;
    checkType(interaction, type);
    const message = respond(context, interaction, type, data ?? {}, files);
    interaction.callback = { type, data, at: performance.now() };
    interaction.original = message ?? interaction.source;
    interaction.answer();
    if (query.get('with_response') !== 'true') return { status: 204 };
    const made = message !== undefined;
    const response = {
      id: interaction.id,
      type: interaction.type,
      activity_instance_id: null,
      ...(made
        ? {
            response_message_id: message.id,
            response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: isEphemeral(message),
          }
        : {}),
    };
    const resource = { type, ...(made ? { message: messagePayload(context.world, message) } : {}) };
    return { status: 200, body: { interaction: response, resource } };
  },
};

/** Checks that the answer's type fits the interaction (developers/interactions/receiving-and-responding.mdx). */
function checkType(interaction: StoredInteraction, type: number): void {
  const messages: number[] = [Response.ChannelMessageWithSource, Response.DeferredChannelMessageWithSource];
  const updates: number[] = [Response.DeferredMessageUpdate, Response.UpdateMessage];
  const allowed = {
    [InteractionType.Ping]: [],
    [InteractionType.ApplicationCommand]: [...messages, Response.Modal],
    [InteractionType.MessageComponent]: [...messages, ...updates, Response.Modal],
    [InteractionType.ApplicationCommandAutocomplete]: [Response.ApplicationCommandAutocompleteResult],
    [InteractionType.ModalSubmit]: interaction.source ? [...messages, ...updates] : messages,
  }[interaction.type] as number[];
  if (!allowed.includes(type)) {
    throw invalidForm('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
  }
}

/** Carries out an answer. Returns the message that it created or changed. */
function respond(
  context: Context,
  interaction: StoredInteraction,
  type: number,
  data: CallbackData,
  files: readonly UploadedFile[],
): StoredMessage | undefined {
  switch (type) {
    case Response.ChannelMessageWithSource: {
      const fields = draftFrom(context, data, files, { by: 'callback' });
      const message = post(context, { ...answerTo(context, interaction), ...fields });
      recordPings(context, message, 'callback');
      return message;
    }
    case Response.DeferredChannelMessageWithSource: {
      const flags = ((data.flags ?? 0) & MessageFlags.Ephemeral) | MessageFlags.Loading;
      return post(context, { ...answerTo(context, interaction), content: '', flags });
    }
    case Response.UpdateMessage: {
      const { source } = interaction;
      if (!source || source.deleted) throw unknownMessage();
      checkMayEdit(interaction.channel);
      change(context, source, changesFrom(context, source, data, files, { by: 'callback' }));
      recordPings(context, source, 'callback');
      return source;
    }
    case Response.Modal:
      checkModal(data);
      return undefined;
    case Response.ApplicationCommandAutocompleteResult:
      checkChoices(data);
      return undefined;
    default:
      return undefined;
  }
}

function checkChoices({ choices = [] }: CallbackData): void {
  between('data.choices', choices.length, 0, 25);
  for (const [index, choice] of choices.entries()) {
    length(`data.choices.${index}.name`, choice.name, 1, 100);
    if (typeof choice.value === 'string') length(`data.choices.${index}.value`, choice.value, 1, 100);
  }
}

function answerTo({ world }: Context, interaction: StoredInteraction) {
  const command = interaction.type === InteractionType.ApplicationCommand;
  const fromMessage = command && 'target_id' in ((interaction.payload as { data: object }).data ?? {});
  const { source } = interaction;
  return {
    channelId: interaction.channel.id,
    authorId: world.bot.id,
    webhookId: world.applicationId,
    interaction: {
      id: interaction.id,
      userId: interaction.user.id,
      type: interaction.type,
      name: interaction.name,
    },
    type: command
      ? fromMessage
        ? MessageType.ContextMenuCommand
        : MessageType.ChatInputCommand
      : source
        ? MessageType.Reply
        : MessageType.Default,
    reference: source && !command ? { messageId: source.id, channelId: source.channelId } : null,
  };
}

const followup: Route = {
  method: 'POST',
  path: '/webhooks/:application/:token',
  kind: 'create',
  bucket: 'webhook',
  auth: 'token',
  handle(context, { params, body, files }) {
    const interaction = context.interactions.byToken(context, params.application, params.token);
    const { original } = interaction;
    // The first followup after a defer is the deferred answer, as documented.
    if (original && !original.deleted && original.flags & MessageFlags.Loading) {
      return { status: 200, body: rewrite(context, original, body, files, 'followup') };
    }
    const fields = draftFrom(context, body, files, { by: 'followup' });
    unarchive(context, interaction.channel);
    const message = post(context, {
      ...answerTo(context, interaction),
      ...fields,
      type: original ? MessageType.Reply : MessageType.Default,
      reference: original ? { messageId: original.id, channelId: original.channelId } : null,
    });
    interaction.followups.push(message);
    recordPings(context, message, 'followup');
    return { status: 200, body: messagePayload(context.world, message) };
  },
};

function rewrite(
  context: Context,
  message: StoredMessage,
  body: Call['body'],
  files: readonly UploadedFile[],
  by: 'edit' | 'followup',
) {
  const changes = changesFrom(context, message, body, files, { by });
  change(context, message, { ...changes, flags: (changes.flags ?? message.flags) & ~MessageFlags.Loading });
  recordPings(context, message, by);
  return messagePayload(context.world, message);
}

/** `@original`, or a message that this token made. */
function reached(context: Context, { params }: Call): StoredMessage {
  const interaction = context.interactions.byToken(context, params.application, params.token);
  const { original, followups } = interaction;
  const wanted = params.message;
  const message =
    wanted === '@original' ? original : [original, ...followups].find((one) => one?.id === wanted);
  if (!message || message.deleted) throw unknownMessage();
  return message;
}

const path = '/webhooks/:application/:token/messages/:message';

const read: Route = {
  method: 'GET',
  path,
  kind: 'other',
  bucket: 'webhook',
  auth: 'token',
  handle: (context, call) => ({ status: 200, body: messagePayload(context.world, reached(context, call)) }),
};

const edit: Route = {
  method: 'PATCH',
  path,
  kind: 'edit',
  bucket: 'webhook',
  auth: 'token',
  handle(context, call) {
    const message = reached(context, call);
    const channel = context.world.channels.get(message.channelId);
    if (channel) checkMayEdit(channel);
    return { status: 200, body: rewrite(context, message, call.body, call.files, 'edit') };
  },
};

const erase: Route = {
  method: 'DELETE',
  path,
  kind: 'delete',
  bucket: 'webhook',
  auth: 'token',
  handle(context, call) {
    remove(context, reached(context, call));
    return { status: 204 };
  },
};

export const interactionRoutes: Route[] = [callback, followup, read, edit, erase];
