/** Reads Slack's messages for the model: names replace ids, and shared messages become quotes. */

import { quotedName } from '../../../core/turn/speech.ts';
import type { Origin, Quote } from '../../../core/types.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { SharedMessage } from './attachment-text.ts';
import { nameIn, type People } from './people.ts';
import type { SlackFile, SlackMessage } from './slack-message.ts';
import { mentionedIn, readable } from './text.ts';
import type { UserGroups } from './user-groups.ts';
import { type VisibleContent, visibleIn } from './visible.ts';

export interface Reading {
  /** A message's own text. */
  text(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** Quotes of the messages that a message shares or links to, and of its link previews. */
  shared(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
  /** Everything that a person sees in a message, a quote for each author. Empty where nothing can be read. */
  whole(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
  /** The author of a message. */
  author(message: SlackMessage, workspace: Workspace): Promise<Origin>;
}

export interface ReadingOptions {
  people: People;
  userGroups: UserGroups;
}

const SOMEONE = 'someone';
const OWN_ANSWER: Origin = { from: '', note: 'your earlier answer' };
const PREVIEW: Origin = { from: '', note: 'a preview of a link' };
/** Most people, and most channels, whose names are looked up for one text. */
const MOST_NAMES = 30;

export function createReading(options: ReadingOptions): Reading {
  const { people } = options;
  const named = createNaming(options);

  const isOwn = ({ bot_id }: SlackMessage, { botId }: Workspace) => bot_id !== undefined && bot_id === botId;

  const visible = (message: SlackMessage, workspace: Workspace): VisibleContent =>
    visibleIn(message, isOwn(message, workspace));

  async function sharedQuote(
    { author, authorId, text, files }: SharedMessage,
    workspace: Workspace,
    channel: string | undefined,
  ): Promise<Quote[]> {
    const said = await named(text, workspace, channel);
    return withFiles({ ...sharedOrigin({ author, authorId }), text: said }, files);
  }

  async function author(message: SlackMessage, workspace: Workspace): Promise<Origin> {
    const { user, bot_id, username, bot_profile } = message;
    if (isOwn(message, workspace)) return OWN_ANSWER;
    const shown = nameIn([username, bot_id === undefined ? '' : bot_profile?.name]);
    const by = user !== undefined && { by: user };
    if (shown) return { from: shown, ...(bot_id !== undefined && { note: 'an app' }), ...by };
    const person = user === undefined ? undefined : await people.find(workspace.team, user);
    return { from: person?.name || (bot_id === undefined ? SOMEONE : 'an app'), ...by };
  }

  return {
    text: (message, workspace) => named(visible(message, workspace).text, workspace, message.channel),

    async shared(message, workspace) {
      const { shared, previews } = visible(message, workspace);
      const quotes = await Promise.all([
        ...shared.map((one) => sharedQuote(one, workspace, message.channel)),
        ...previews.map(async (text) =>
          withFiles({ ...PREVIEW, text: await named(text, workspace, message.channel) }, []),
        ),
      ]);
      return quotes.flat();
    },

    async whole(message, workspace) {
      const { text, previews, shared, files } = visible(message, workspace);
      const said = [text, ...previews].filter((part) => part.trim() !== '').join('\n\n');
      const by = await author(message, workspace);
      const quotes = await Promise.all([
        named(said, workspace, message.channel).then((own) => withFiles({ ...by, text: own }, files)),
        ...shared.map((one) => sharedQuote(one, workspace, message.channel)),
      ]);
      return quotes.flat();
    },

    author,
  };
}

/** Puts names in place of the ids in a text. */
function createNaming({ people, userGroups }: ReadingOptions) {
  async function personName(team: string, id: string): Promise<string | undefined> {
    return (await people.find(team, id))?.name;
  }

  async function groupName(team: string, id: string): Promise<string | undefined> {
    return (await userGroups.list(team)).find((group) => group.id === id)?.handle;
  }

  /** @param raw mrkdwn with entities */
  return async (raw: string, { team, botUserId }: Workspace, channel = ''): Promise<string> => {
    const mentioned = mentionedIn(raw);
    const others = mentioned.people.filter((id) => id !== botUserId).slice(0, MOST_NAMES);
    const channels = mentioned.channels.slice(0, MOST_NAMES);
    const names = new Map<string, string>();
    const learn = async (id: string, name: Promise<string | undefined>) => {
      const found = await name;
      if (found) names.set(id, found);
    };
    await Promise.all([
      ...others.map((id) => learn(id, personName(team, id))),
      ...channels.map((id) => learn(id, people.channelName(team, id, channel))),
      ...mentioned.groups.map((id) => learn(id, groupName(team, id))),
    ]);
    const nameOf = (id: string) => names.get(id);
    return readable(raw, botUserId, { person: nameOf, channel: nameOf, group: nameOf });
  };
}

/** The origin of a message that another message copies. */
export function sharedOrigin({ author, authorId }: Pick<SharedMessage, 'author' | 'authorId'>): Origin {
  return { from: author, note: 'in a shared message', ...(authorId && { by: authorId }) };
}

/** The quote with the names of its files that still exist. Empty where it has neither text nor files. */
function withFiles(quote: Quote, files: SlackFile[]): Quote[] {
  const names = files
    .filter(({ mode }) => mode !== 'tombstone')
    .map(({ name, title }) => quotedName(name || title || 'without a name'));
  if (names.length === 0) return quote.text === '' ? [] : [quote];
  const note = [quote.note, `with the files ${names.join(', ')}`].filter(Boolean).join(', ');
  return [{ ...quote, note }];
}
