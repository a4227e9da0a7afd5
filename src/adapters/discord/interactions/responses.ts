/** Answers interactions once, within three seconds, and without a ping. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type APIInteraction,
  type APIInteractionResponse,
  type APIInteractionResponseCallbackData,
  type APIUser,
  RESTJSONErrorCodes as Code,
  MessageFlags,
  type RawFile,
  type REST,
  InteractionResponseType as Response,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import { createDocument } from '../../../chat/markdown/document.ts';
import type { CommandReply } from '../../../core/commands/command.ts';
import { discordDialect, MESSAGE_CHARACTERS } from '../markdown/dialect.ts';
import { codeOf, loggable } from '../rest/failures.ts';
import { en } from '../sentences/en.ts';
import { listOf, pictureOf } from './figures.ts';
import { askedOf, confirmOf, menuOf, modalOf } from './forms.ts';

type Question = Extract<CommandReply, { type: 'ask' }>;

export interface InteractionAnswers {
  /**
   * Shows a reply to the person who called, and to nobody else. `isUpdate`: it replaces the message that the interaction
   * is on. A question for the model is returned instead, and the interaction is not answered yet.
   */
  reply(
    interaction: APIInteraction,
    work: Promise<CommandReply>,
    isUpdate: boolean,
  ): Promise<Question | undefined>;
  /** Announces an answer that is to come. */
  defer(interaction: APIInteraction, isPrivate: boolean): Promise<void>;
  /** Takes a press without changing anything. Never throws. */
  acknowledge(interaction: APIInteraction): Promise<void>;
  /** Changes the message that holds the pressed button, if possible. Never throws. */
  update(interaction: APIInteraction, data: APIInteractionResponseCallbackData): Promise<void>;
  /** Says a sentence to the person who called, alone. The interaction may have been answered before. */
  whisper(interaction: APIInteraction, text: string): Promise<void>;
  /** Says a sentence instead of the announced answer. */
  instead(interaction: APIInteraction, text: string): Promise<void>;
  suggest(interaction: APIInteraction, values: Promise<string[]>): Promise<void>;
}

/**
 * Time after which an answer is deferred, ms. Discord takes the first answer for 3 s (receiving-and-responding.mdx), and a
 * form only as the first answer.
 */
const ACKNOWLEDGE_MS = 1_500;
/** Longest wait for suggestions, ms. It is longer than the wait for the list of models, so that the others come. */
const SUGGEST_MS = 2_500;
/** Discord: 100 characters a choice, and 25 choices (application-commands.mdx). */
const CHOICE_CHARACTERS = 100;
const MOST_CHOICES = 25;
const PRIVATE = MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds;
const NO_PINGS = { parse: [] };

export function userOf({ member, user }: APIInteraction): APIUser {
  const found = member?.user ?? user;
  if (!found) throw new TypeError('an interaction without a user');
  return found;
}

export function createInteractionAnswers(rest: REST, log: Logger): InteractionAnswers {
  const { first, press, followUp, announce, isAnswered } = createSending(rest, log);
  return {
    async reply(interaction, work, isUpdate) {
      const quick = await Promise.race([work, sleep(ACKNOWLEDGE_MS)]);
      if (quick?.type === 'ask') return quick;
      if (quick?.type === 'form') {
        await first(interaction, { type: Response.Modal, data: modalOf(quick.form) });
        return undefined;
      }
      if (!quick) {
        await first(
          interaction,
          isUpdate
            ? { type: Response.DeferredMessageUpdate }
            : { type: Response.DeferredChannelMessageWithSource, data: { flags: MessageFlags.Ephemeral } },
        );
      }
      const { data, files, more, announcements } = dataOf(quick ?? (await work), askedOf(interaction));
      if (quick) {
        const type = isUpdate ? Response.UpdateMessage : Response.ChannelMessageWithSource;
        await first(interaction, { type, data }, files);
      } else {
        const { application_id, token } = interaction;
        const request = { body: data, ...(files && { files }), auth: false };
        await rest.patch(Routes.webhookMessage(application_id, token), request);
      }
      for (const content of more) await followUp(interaction, content);
      for (const content of announcements) await announce(interaction, content);
      return undefined;
    },
    defer: (interaction, isPrivate) =>
      first(interaction, {
        type: Response.DeferredChannelMessageWithSource,
        ...(isPrivate && { data: { flags: MessageFlags.Ephemeral } }),
      }),
    acknowledge: (interaction) => press(interaction, { type: Response.DeferredMessageUpdate }),
    update: (interaction, data) => press(interaction, { type: Response.UpdateMessage, data }),
    async whisper(interaction, content) {
      if (isAnswered(interaction)) return followUp(interaction, content);
      const data = { content, flags: PRIVATE, allowed_mentions: NO_PINGS };
      await first(interaction, { type: Response.ChannelMessageWithSource, data });
    },
    async instead({ application_id, token }, content) {
      const body = { content, allowed_mentions: NO_PINGS };
      await rest.patch(Routes.webhookMessage(application_id, token), { body, auth: false });
    },
    async suggest(interaction, values) {
      const found = (await Promise.race([values, sleep(SUGGEST_MS)])) ?? [];
      const choices = found
        .filter((value) => value.length <= CHOICE_CHARACTERS)
        .slice(0, MOST_CHOICES)
        .map((value) => ({ name: value, value }));
      await first(interaction, { type: Response.ApplicationCommandAutocompleteResult, data: { choices } });
    },
  };
}

/** The calls that answer an interaction: first by its callback, then by its token. */
function createSending(rest: REST, log: Logger) {
  /** Interactions that have had their first answer. */
  const answered = new WeakSet<APIInteraction>();

  async function first(
    interaction: APIInteraction,
    body: APIInteractionResponse,
    files?: RawFile[],
  ): Promise<void> {
    answered.add(interaction);
    const send = () =>
      rest.post(Routes.interactionCallback(interaction.id, interaction.token), {
        body,
        ...(files && { files }),
        auth: false,
      });
    try {
      await send().catch(async (error) => {
        if (!(await isUnarchivedFor(interaction, error))) throw error;
        await send();
      });
    } catch (error) {
      // Discord took an earlier attempt, although its reply was lost.
      if (codeOf(error) !== Code.InteractionHasAlreadyBeenAcknowledged) throw error;
    }
  }

  /** Discord may refuse any answer in an archived thread (discord-api-docs #5517). */
  async function isUnarchivedFor({ channel }: APIInteraction, error: unknown): Promise<boolean> {
    if (codeOf(error) !== Code.InvalidActionOnArchivedThread || !channel) return false;
    const opening = rest.patch(Routes.channel(channel.id), { body: { archived: false } });
    return opening.then(
      () => true,
      () => false,
    );
  }

  /** A press works even if Discord refuses its acknowledgement: the person sees the result. */
  const press = (interaction: APIInteraction, body: APIInteractionResponse) =>
    first(interaction, body).catch((error) => log.info({ code: loggable(error) }, 'press not acknowledged'));

  async function followUp({ application_id, token }: APIInteraction, content: string) {
    const body = { content, flags: PRIVATE, allowed_mentions: NO_PINGS };
    await rest.post(Routes.webhook(application_id, token), { body, auth: false });
  }

  /** Tells everybody in the channel. The person who called has their reply already. */
  async function announce({ application_id, token }: APIInteraction, content: string): Promise<void> {
    const body = { content, flags: MessageFlags.SuppressEmbeds, allowed_mentions: NO_PINGS };
    await rest
      .post(Routes.webhook(application_id, token), { body, auth: false })
      .catch((error) => log.warn({ code: loggable(error) }, 'command not announced'));
  }

  const isAnswered = (interaction: APIInteraction) => answered.has(interaction);
  return { first, press, followUp, announce, isAnswered };
}

/** A reply as a message; `more` holds the texts that do not fit into it. */
function dataOf(
  reply: CommandReply,
  asked: string,
): {
  data: APIInteractionResponseCallbackData;
  files?: RawFile[];
  more: string[];
  announcements: string[];
} {
  // A form or a question comes too late after a deferral.
  if (reply.type === 'form' || reply.type === 'ask')
    return dataOf({ type: 'text', text: en.notices.tookTooLong }, asked);
  const { files = [], figures, announcement, isWritten } = reply.type === 'text' ? reply : {};
  const [content = '', ...more] = partsOf(figures ? `${reply.text}\n\n${listOf(figures)}` : reply.text);
  const announced = announcement === undefined ? [] : [announcement];
  const attached = [
    ...files.map(({ name, text }) => ({ name, data: text })),
    ...(figures ? [pictureOf(figures.chart)] : []),
  ];
  return {
    data: {
      content,
      flags: PRIVATE,
      allowed_mentions: NO_PINGS,
      components: componentsOf(reply, asked),
      ...(attached.length > 0 && { attachments: attached.map(attachmentOf) }),
    },
    ...(attached.length > 0 && { files: attached.map(({ name, data }) => ({ name, data })) }),
    more,
    announcements: isWritten ? announced.flatMap(partsOf) : announced,
  };
}

/** Markdown as the texts of messages. */
function partsOf(markdown: string): readonly string[] {
  const document = createDocument({ limit: MESSAGE_CHARACTERS, dialect: discordDialect });
  document.append(markdown);
  return document.parts(true);
}

const attachmentOf = ({ name, description }: { name: string; description?: string }, id: number) => ({
  id,
  filename: name,
  ...(description !== undefined && { description }),
});

function componentsOf(
  reply: CommandReply,
  asked: string,
): NonNullable<APIInteractionResponseCallbackData['components']> {
  if (reply.type === 'panel') return [menuOf(reply)];
  return reply.type === 'question' ? [confirmOf(reply, asked)] : [];
}
