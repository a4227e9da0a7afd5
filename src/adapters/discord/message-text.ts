/**
 * What a person sees in a message, as text: what was written, and cards (embeds), components, polls, stickers and
 * forwarded messages, whoever sent them.
 */
import type { APIAttachment, APIEmbed, APIMessage, APIPoll } from 'discord.js';

/** The fields of a message, or of a forwarded copy of one (message.mdx, Message Snapshot), that people see. */
export type Visible = Pick<APIMessage, 'content' | 'mentions'> &
  Partial<
    Pick<APIMessage, 'attachments' | 'embeds' | 'components' | 'poll' | 'sticker_items' | 'message_snapshots'>
  >;

/** Turns written text with Discord's tokens into what people see. */
export type Read = (content: string, mentions: APIMessage['mentions']) => string;

/** A component of whatever kind: what people see of any of them stands in these fields (components/reference.mdx). */
interface Component {
  content?: string;
  label?: string;
  placeholder?: string;
  /** The name of a file. */
  name?: string;
  description?: string | null;
  url?: string;
  options?: Component[];
  items?: Component[];
  components?: Component[];
  component?: Component;
  accessory?: Component;
}

/** All of it as text; empty where nothing can be read. */
export function seenIn(message: Visible, read: Read): string {
  const written = read(message.content ?? '', message.mentions ?? []);
  return [written, shownBeside(message, read)].filter(Boolean).join('\n');
}

/** What is shown beside the written text: cards, components, a poll, stickers. */
export function shownBeside(message: Visible, read: Read): string {
  const { embeds = [], components = [], poll, sticker_items: stickers = [], mentions = [] } = message;
  return [
    ...embeds.map(ofEmbed),
    ...(components as unknown as Component[]).map(ofComponent),
    poll ? ofPoll(poll) : '',
    ...stickers.map(({ name }) => `[sticker: ${name}]`),
  ]
    .map((text) => read(text, mentions))
    .filter(Boolean)
    .join('\n\n');
}

/** The messages that were forwarded with this one, as Discord copies them. */
export function forwardedIn({ message_snapshots: copies = [] }: Visible): Visible[] {
  return copies.map(({ message }) => message);
}

/** The files of a message and of those forwarded with it. */
export function filesIn(message: Visible): APIAttachment[] {
  return [message, ...forwardedIn(message)].flatMap(({ attachments = [] }) => attachments);
}

/** The lines that there are. */
const lines = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join('\n');

function ofEmbed({
  author,
  title,
  url,
  description,
  fields = [],
  footer,
  provider,
  image,
}: APIEmbed): string {
  return lines(
    provider?.name,
    author?.name,
    title,
    url,
    description,
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    image && '[image]',
    footer?.text,
  );
}

function ofComponent(component: Component): string {
  const { content, label, placeholder, name, description, url, options = [] } = component;
  const inner = [
    ...(component.components ?? []),
    ...(component.items ?? []),
    component.component,
    component.accessory,
  ];
  const named = lines(label ?? placeholder, url).replace('\n', ' ');
  const chosen = options.map(({ label: option }) => option).join(', ');
  return lines(
    content,
    // A button or a menu.
    (named || chosen) && `[${[named, chosen].filter(Boolean).join(': ')}]`,
    name && `[file: ${name}]`,
    description,
    ...inner.map((one) => one && ofComponent(one)),
  );
}

function ofPoll({ question, answers, results }: APIPoll): string {
  const votes = new Map(results?.answer_counts.map(({ id, count }) => [id, count]));
  return lines(
    `Poll${results?.is_finalized ? ' (ended)' : ''}: ${question.text ?? ''}`,
    ...answers.map(({ answer_id: id, poll_media: { text, emoji } }) => {
      const count = results ? ` (${votes.get(id) ?? 0} votes)` : '';
      return `- ${lines(emoji?.name, text).replace('\n', ' ')}${count}`;
    }),
  );
}
