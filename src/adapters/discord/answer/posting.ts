/** Posts the messages of one answer, each once. If Discord's reply to a post was lost, the message is found again. */
import { createHash } from 'node:crypto';
import { type APIMessage, type REST, Routes } from 'discord.js';
import { type Part, ShowError } from '../../../chat/answer/surface.ts';
import { showError } from '../rest/failures.ts';
import { buttonId, turnOfButtons } from './buttons.ts';
import type { InteractionToken, MessageAccess } from './message-access.ts';
import type { MessageForm } from './message-forms.ts';

export interface PostingOptions {
  access: MessageAccess;
  channel: string;
  turn: string;
  /** A snowflake of before the answer's first message. */
  asked: string;
  /** The number of this beginning of the answer: a message posted anew must not be taken for one of an earlier beginning. */
  round: number;
  replyTo: string | undefined;
  /** Whether the question came by an interaction: its first message is reached without its id. */
  isByInteraction: boolean;
  isPrivate: boolean;
  /** Messages of an attempt that was cut off, which may have posted another. */
  resumesAfter: string[] | undefined;
}

export interface Posting {
  /** @throws ShowError, or the error of Discord's client */
  post(part: Part, form: MessageForm, place: { index: number; anew: number }): Promise<string>;
  /** The message was posted: the next lost one comes after it. */
  posted(id: string): void;
  /** Finds a message that was posted after the newest known one, with Discord's reply lost. */
  findLost(): Promise<string | undefined>;
}

export function createPosting(options: PostingOptions): Posting {
  const { access, channel, turn, asked, round, replyTo, isPrivate, resumesAfter } = options;
  /** The message posted last. */
  let newest = resumesAfter?.at(-1);
  /** A followup may have been posted after `newest`: a followup has no nonce. */
  let isUncertain = resumesAfter !== undefined;

  async function lostMessage(): Promise<string | undefined> {
    // A private message cannot be read. The first message of an interaction is reached without its id.
    if (isPrivate || (newest === undefined && options.isByInteraction)) return undefined;
    try {
      const later = await access.listAfter(newest ?? asked);
      return later.find((one) => isOfTurn(one, turn))?.id;
    } catch (error) {
      const { kind } = showError(error);
      if (kind !== 'closed' && kind !== 'forbidden') throw error;
      return undefined;
    }
  }

  async function postByToken(to: InteractionToken, form: MessageForm, index: number): Promise<string> {
    const found = isUncertain && (await lostMessage());
    isUncertain = true;
    if (found) {
      // The message may show the text of an earlier attempt.
      await access.edit(found, form.changes());
      return found;
    }
    return idOf(await respond(await access.held(), to, form, { index, isPrivate }));
  }

  async function postInChannel(part: Part, form: MessageForm, index: number, anew: number): Promise<string> {
    const { body, ...files } = form.message(false);
    const reference = { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
    const rest = await access.held();
    const made = (await rest.post(Routes.channelMessages(channel), {
      body: {
        ...body,
        nonce: nonceOf(`${turn} ${index} ${round}${anew > 0 ? ` ${anew}` : ''}`),
        enforce_nonce: true,
        ...(index === 0 && replyTo !== undefined && form.hasReference && reference),
      },
      ...files,
    })) as APIMessage;
    // An earlier attempt may have made this message under the same nonce. Then it shows the text of that attempt.
    if (resumesAfter && !showsPart(made, part, turn))
      await (await access.held()).patch(Routes.channelMessage(channel, made.id), form.changes());
    return idOf(made);
  }

  return {
    async post(part, form, { index, anew }) {
      const token = access.token();
      if (token) return postByToken(token, form, index);
      if (isPrivate) throw new ShowError('closed');
      return postInChannel(part, form, index, anew);
    },
    posted(id) {
      newest = id;
      isUncertain = false;
    },
    async findLost() {
      const found = await lostMessage();
      newest = found ?? newest;
      isUncertain = false;
      return found;
    },
  };
}

/** Fills in the deferred answer of an interaction, or follows up on it. */
function respond(
  rest: REST,
  { application, token, isOnMessage }: InteractionToken,
  form: MessageForm,
  { index, isPrivate }: { index: number; isPrivate: boolean },
): Promise<unknown> {
  if (index === 0 && !isOnMessage) {
    const request = { ...form.message(false), auth: false };
    return rest.patch(Routes.webhookMessage(application, token), request);
  }
  const query = new URLSearchParams({ wait: 'true' });
  return rest.post(Routes.webhook(application, token), { ...form.message(isPrivate), auth: false, query });
}

function isOfTurn({ interaction_metadata, components = [] }: APIMessage, turn: string): boolean {
  return interaction_metadata?.id === turn || turnOfButtons(components) === turn;
}

function showsPart(
  { content, components = [], attachments = [] }: APIMessage,
  { text, buttons, file, made = [] }: Part,
  turn: string,
): boolean {
  const ids = buttons.map((button) => buttonId(button, turn));
  const found = JSON.stringify(components);
  const count = found.split('"custom_id"').length - 1;
  const hasFiles = attachments.length === made.length + (file ? 1 : 0);
  return (
    hasFiles &&
    content.trim() === text.trim() &&
    count === ids.length &&
    ids.every((id) => found.includes(id))
  );
}

/** The id in a reply. A proxy in Discord's place may answer anything with 200. @throws ShowError */
function idOf(made: unknown): string {
  const id = typeof made === 'object' && made !== null && 'id' in made ? made.id : undefined;
  if (typeof id !== 'string') throw new ShowError('again', undefined, undefined, 'no message');
  return id;
}

/** Discord: a nonce of 25 characters at most; with `enforce_nonce` the same one makes no second message. */
function nonceOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 25);
}
