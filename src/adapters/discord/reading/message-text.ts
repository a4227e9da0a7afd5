/**
 * Reads a message as a person sees it: the written text, cards (embeds), components, polls, stickers and
 * forwarded messages, from any sender.
 */
import { createHash } from 'node:crypto';
import { type APIAttachment, type APIEmbed, type APIMessage, type APIPoll, EmbedType } from 'discord.js';
import { isFooter } from '../../../core/money/shown/footer.ts';
import { smallPrint } from '../markdown/dialect.ts';

/** Visible fields of a message, or of a forwarded copy of one (message.mdx, Message Snapshot). */
export type VisibleFields = Pick<APIMessage, 'content' | 'mentions'> &
  Partial<
    Pick<APIMessage, 'attachments' | 'embeds' | 'components' | 'poll' | 'sticker_items' | 'message_snapshots'>
  >;

/** Replaces Discord's tokens in a text by the words that people see. */
export type Read = (content: string, mentions: APIMessage['mentions']) => string;

/** A picture, video or file in a card or a component. Discord fetches media of other sites through its proxy. */
interface Media {
  url?: string;
  proxy_url?: string;
  content_type?: string | null;
}

/** A component of any kind; these fields hold everything that people see (components/reference.mdx). */
interface Component {
  content?: string;
  label?: string;
  placeholder?: string;
  emoji?: { name?: string | null };
  media?: Media;
  file?: Media;
  /** A file's name. */
  name?: string;
  description?: string | null;
  url?: string;
  options?: Component[];
  items?: Component[];
  components?: Component[];
  component?: Component;
  accessory?: Component;
}

/** The whole message as text; empty where nothing can be read. */
export function seenIn(message: VisibleFields, read: Read): string {
  const written = read(withoutFooter(message.content ?? ''), message.mentions ?? []);
  return [written, shownBeside(message, read)].filter(Boolean).join('\n');
}

/** The text without the footer of an answer (`smallPrint`), which nobody wrote. */
function withoutFooter(content: string): string {
  if (!content.includes(SMALL_PRINT)) return content;
  return content
    .split('\n')
    .filter((line) => !line.startsWith(SMALL_PRINT) || !isFooter(line.slice(SMALL_PRINT.length)))
    .join('\n')
    .trimEnd();
}

const SMALL_PRINT = smallPrint('');

/** Text of the cards, components, polls and stickers beside the written text. */
export function shownBeside(message: VisibleFields, read: Read): string {
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

/** The forwarded messages in this one, as Discord copies them. */
export function forwardedIn({ message_snapshots: copies = [] }: VisibleFields): VisibleFields[] {
  return copies.map(({ message }) => message);
}

/** Files of a message and of its forwarded messages. */
export function filesIn(message: VisibleFields): APIAttachment[] {
  return [message, ...forwardedIn(message)].flatMap(({ attachments = [] }) => attachments);
}

/**
 * Pictures and files in the cards and components of a message, and of its forwarded messages. They need not be
 * among its attachments (components/reference.mdx, Unfurled Media Item).
 * @param isFileHost whether that host holds Discord's files
 */
export function shownFilesIn(
  message: VisibleFields,
  isFileHost: (hostname: string) => boolean,
): APIAttachment[] {
  return [message, ...forwardedIn(message)]
    .flatMap(({ embeds = [], components = [] }) => [
      ...embeds.flatMap(({ type, image, thumbnail }) => image ?? (type === EmbedType.Image ? thumbnail : [])),
      ...(components as unknown as Component[]).flatMap(mediaOf),
    ])
    .flatMap((media) => asAttachment(media ?? {}, isFileHost) ?? []);
}

function mediaOf(component: Component): Media[] {
  const { media, file } = component;
  return [media ?? [], file ?? [], innerOf(component).flatMap(mediaOf)].flat();
}

function asAttachment(
  { url, proxy_url, content_type }: Media,
  isFileHost: (hostname: string) => boolean,
): APIAttachment | undefined {
  const address = [url, proxy_url].find(
    (one) => one && URL.canParse(one) && isFileHost(new URL(one).hostname),
  );
  if (!address) return undefined;
  const { pathname } = new URL(address);
  // An uploaded file keeps its id, since it may be among the attachments too.
  const id = UPLOADED.exec(pathname)?.[1] ?? createHash('sha256').update(pathname).digest('hex').slice(0, 20);
  const shown = { id, filename: fileNameIn(address), size: 0, url: address, proxy_url: address };
  return content_type ? { ...shown, content_type } : shown;
}

/** The path of an uploaded file: `/attachments/<channel>/<id>/<name>`. */
const UPLOADED = /^\/attachments\/\d+\/(\d+)\//;

function fileNameIn(url = ''): string {
  const name = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Joins the texts that are there, one a line. */
const lines = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join('\n');

/** Joins the texts that are there on one line. */
const words = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join(' ');

function ofEmbed(embed: APIEmbed): string {
  const { author, title, url, description, fields = [], footer, timestamp, provider } = embed;
  return lines(
    provider?.name,
    author?.name,
    title,
    url,
    description,
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    (embed.image || embed.thumbnail) && '[image]',
    embed.video && '[video]',
    words(footer?.text, timestamp),
  );
}

function ofComponent(component: Component): string {
  const { content, label, placeholder, emoji, media, file, description, url, options = [] } = component;
  const named = words(emoji?.name, label ?? placeholder, url);
  const chosen = options.map((option) => words(option.emoji?.name, option.label)).join(', ');
  const name = component.name ?? fileNameIn(file?.url);
  return lines(
    content,
    // A button or a menu.
    (named || chosen) && `[${[named, chosen].filter(Boolean).join(': ')}]`,
    media && `[${media.content_type?.split('/', 1)[0] || 'image'}]`,
    name && `[file: ${name}]`,
    description,
    ...innerOf(component).map(ofComponent),
  );
}

/** The inner components, in the order in which people see them. */
function innerOf({ components = [], items = [], component, accessory }: Component): Component[] {
  return [...components, ...items, component ?? [], accessory ?? []].flat();
}

function ofPoll({ question, answers, results }: APIPoll): string {
  const votes = new Map(results?.answer_counts.map(({ id, count }) => [id, count]));
  return lines(
    `Poll${results?.is_finalized ? ' (ended)' : ''}: ${question.text ?? ''}`,
    ...answers.map(({ answer_id: id, poll_media: { text, emoji } }) => {
      const count = results ? ` (${votes.get(id) ?? 0} votes)` : '';
      return `- ${words(emoji?.name, text)}${count}`;
    }),
  );
}
