/** Reads Slack's messages for the model: names replace ids, and shared messages become quotes. */
import type { Quote } from '../../core/types.ts';
import type { People } from './people.ts';
import type { SlackFile, SlackMessage } from './slack-message.ts';
import { mentionedIn, readable } from './text.ts';
import type { UserGroups } from './user-groups.ts';
import { type Visible, visibleIn } from './visible.ts';
import type { Workspace } from './workspaces.ts';

export interface Reading {
  /** A message's own text. */
  text(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** Quotes of messages that it shares or links to, and of link previews. */
  shared(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
  /** All that a person sees in the message, with the names of its files. */
  whole(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** The author's name for the model. */
  author(message: SlackMessage, workspace: Workspace): Promise<string>;
}

export interface ReadingOptions {
  people: People;
  userGroups: UserGroups;
}

const SOMEONE = 'someone';
/** Most names that are looked up for one text. */
const MOST_NAMES = 30;

export function createReading({ people, userGroups }: ReadingOptions): Reading {
  /** @param raw mrkdwn with entities */
  async function named(raw: string, { team, botUserId }: Workspace): Promise<string> {
    const mentioned = mentionedIn(raw);
    const names = new Map<string, string>();
    const know = async (id: string, name: Promise<string | undefined>) => {
      const found = await name;
      if (found) names.set(id, found);
    };
    await Promise.all([
      ...mentioned.people
        .filter((id) => id !== botUserId)
        .slice(0, MOST_NAMES)
        .map((id) =>
          know(
            id,
            people.find(team, id).then((person) => person?.name),
          ),
        ),
      ...mentioned.channels.slice(0, MOST_NAMES).map((id) => know(id, people.channelName(team, id))),
      ...mentioned.groups.map((id) => know(id, groupName(team, id))),
    ]);
    const nameOf = (id: string) => names.get(id);
    return readable(raw, botUserId, { person: nameOf, channel: nameOf, group: nameOf });
  }

  async function groupName(team: string, id: string): Promise<string | undefined> {
    return (await userGroups.list(team)).find((group) => group.id === id)?.handle;
  }

  const isOwn = ({ bot_id }: SlackMessage, { botId }: Workspace) => bot_id !== undefined && bot_id === botId;

  const visible = (message: SlackMessage, workspace: Workspace): Visible =>
    visibleIn(message, isOwn(message, workspace));

  return {
    text: (message, workspace) => named(visible(message, workspace).text, workspace),

    async shared(message, workspace) {
      const { shared, previews } = visible(message, workspace);
      const quotes = await Promise.all([
        ...shared.map(async ({ author, text, files }) => ({
          from: author || 'a shared message',
          text: [await named(text, workspace), ...fileNames(files)].filter(Boolean).join('\n'),
        })),
        ...previews.map(async (text) => ({
          from: 'a preview of a link',
          text: await named(text, workspace),
        })),
      ]);
      return quotes.filter(({ text }) => text !== '');
    },

    async whole(message, workspace) {
      const { text, previews, shared, files } = visible(message, workspace);
      const quoted = shared.map((one) =>
        [one.author && `${one.author}:`, one.text, ...fileNames(one.files)].filter(Boolean).join('\n'),
      );
      const said = [text, ...quoted, ...previews].filter((part) => part.trim() !== '').join('\n\n');
      return [await named(said, workspace), ...fileNames(files)].filter(Boolean).join('\n');
    },

    async author(message, workspace) {
      const { user, bot_id, username, bot_profile } = message;
      if (isOwn(message, workspace)) return 'you';
      const shown = username || (bot_id !== undefined && bot_profile?.name);
      if (shown) return shown;
      const person = user === undefined ? undefined : await people.find(workspace.team, user);
      return person?.name || (bot_id === undefined ? SOMEONE : 'an app');
    },
  };
}

/** A line for each file, except deleted ones. */
function fileNames(files: SlackFile[]): string[] {
  return files
    .filter(({ mode }) => mode !== 'tombstone')
    .map(({ name, title }) => `[file: ${name || title || 'without a name'}]`);
}
