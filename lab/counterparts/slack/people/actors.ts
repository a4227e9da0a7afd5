/** People: what they do on Slack, as events and interactions for the app. */

import { richTextOf } from '../blocks/rich-text.ts';
import type { Context } from '../context.ts';
import { groupOf } from '../methods/conversations.ts';
import { newId } from '../world/ids.ts';
import { change, newClientMsgId, post, remove, type Where } from '../world/posting.ts';
import {
  type Block,
  dmWith,
  type StoredFile,
  type StoredMessage,
  type StoredUser,
  type StoredView,
  type StoredWorkspace,
} from '../world/world.ts';
import type { InteractionHandle, ViewSeen } from './handle.ts';
import { type Installed, type InstallOptions, installs } from './installing.ts';
import type { MessageView } from './message-view.ts';
import { runs, shortcut, type Who } from './using-commands.ts';
import { chooses, clicks, type Place, types } from './using-components.ts';
import { looksAt, opensHome, stops } from './using-the-app.ts';
import { type Answers, closes, submits } from './using-views.ts';

export interface FileToSend {
  name: string;
  /** Content: bytes, or text that becomes UTF-8. */
  data: string | Uint8Array;
  /** Media type. Default: `text/plain` for text, else `application/octet-stream`. */
  mimetype?: string;
  /** Content type that the server sends, such as `text/plain; charset=shift_jis`. */
  contentType?: string;
  mode?: StoredFile['mode'];
  /** Subtype of the file, such as `slack_audio`. */
  subtype?: string;
  /** Whether the event has only the file's id, as for files of another workspace. */
  hidden?: boolean;
}

export interface SaysOptions {
  /** The ts of the parent. */
  threadTs?: string;
  /** Whether the reply also appears in the channel. */
  broadcast?: boolean;
  files?: FileToSend[];
  attachments?: object[];
  /** Blocks of an app's message, instead of the rich text of typed messages. */
  blocks?: object[];
  /** The name that an app posts under. */
  username?: string;
  /** Whether another app posts the message, with a `bot_id`. */
  asBot?: boolean;
  /** Subtype of the message, such as `bot_message` or `channel_join`. */
  subtype?: string;
  /** More fields of the event, such as `app_context`. */
  more?: object;
}

export interface Actor {
  id: string;
  name: string;
  /** `<@id>` */
  mention: string;
  /** Id of the direct messages with the app. */
  readonly dmChannel: string;
  /**
   * Posts a message.
   * @param channel a name or an id
   * @param text as in events: mrkdwn with `&lt;`, `<@U…>`, `<https://…|…>`
   * @returns the message's ts
   */
  says(channel: string, text: string, options?: SaysOptions): string;
  dm(text: string, options?: SaysOptions): string;
  /** Writes in the group DM of several people and the app. The first call creates its `channel`. */
  groupDm(others: Actor[], text: string, options?: SaysOptions): { ts: string; channel: string };
  edits(message: MessageView | string, text: string): void;
  deletes(message: MessageView | string): void;
  /**
   * Runs a slash command. Resolves when the app acknowledged it or its time is over. @param channel default
   * `general`
   */
  runs(command: string, text?: string, channel?: string): Promise<InteractionHandle>;
  /** Runs a shortcut by its callback id: on a message, or globally. */
  shortcut(callbackId: string, message?: MessageView | string): Promise<InteractionHandle>;
  /**
   * Clicks a button of a message or view, found by its action id or label. Feedback also has `positive` and
   * `negative`.
   */
  clicks(place: MessageView | ViewSeen | string, button: string): Promise<InteractionHandle>;
  /** Chooses options of a menu by their values. */
  chooses(
    place: MessageView | ViewSeen | string,
    actionId: string,
    ...values: string[]
  ): Promise<InteractionHandle>;
  /** The options that the app offers while the person types into a menu. */
  types(
    place: MessageView | ViewSeen | string,
    actionId: string,
    typed: string,
  ): Promise<{ text: string; value: string }[]>;
  /** Fills in and submits a modal. */
  submits(view: ViewSeen | string, answers?: Answers): Promise<InteractionHandle>;
  /** Closes a modal without submitting it. Returns a handle if the app asked to be told. */
  closes(view: ViewSeen | string): Promise<InteractionHandle | undefined>;
  /** Opens the app's home: `app_home_opened`. */
  opensHome(tab?: 'home' | 'messages', context?: object): void;
  /** Looks at something else: `app_context_changed`. */
  looksAt(entities: object[]): void;
  /** Presses Stop on a streamed answer, or in a thread before its stream starts. */
  stopsStream(message: MessageView | string): void;
  stopsSession(channel: string, threadTs: string): void;
  /** Installs the app in this workspace with the app's link. */
  installs(link: string, options?: InstallOptions): Promise<Installed>;
}

export function createActor(context: Context, workspace: StoredWorkspace, user: StoredUser): Actor {
  const finder = createFinder(context, workspace);
  const says = createSays(context, { workspace, user }, finder);
  return {
    id: user.id,
    name: user.name,
    mention: `<@${user.id}>`,
    get dmChannel() {
      return dmWith(workspace, user.id).id;
    },
    says,
    dm: (text, options) => says(dmWith(workspace, user.id).id, text, options),
    groupDm(others, text, options) {
      const channel = groupOf(workspace, [user.id, ...others.map(({ id }) => id)]).id;
      return { ts: says(channel, text, options), channel };
    },
    ...createMessageUse(context, { workspace, user }, finder),
    ...createAppUse(context, { workspace, user }, finder),
  };
}

type Finder = ReturnType<typeof createFinder>;

/** Finds channels, messages and views of the workspace, and throws on one that a test made up. */
function createFinder(context: Context, workspace: StoredWorkspace) {
  function whereOf(channel: string): Where {
    const found =
      workspace.channels.get(channel) ??
      [...workspace.channels.values()].find(({ name }) => name === channel);
    if (!found) throw new Error(`no channel ${channel}`);
    return { workspace, channel: found };
  }

  function found(message: MessageView | string): StoredMessage {
    const ts = typeof message === 'string' ? message : message.ts;
    const one = context.world.messages.find((each) => each.ts === ts && each.workspaceId === workspace.id);
    if (!one || one.deleted) throw new Error(`no message ${ts}`);
    return one;
  }

  function viewOf(view: ViewSeen | string): StoredView {
    const id = typeof view === 'string' ? view : view.id;
    const stored = context.world.views.get(id);
    if (!stored) throw new Error(`no view ${id}`);
    return stored;
  }

  function placeOf(place: MessageView | ViewSeen | string): Place {
    const id = typeof place === 'string' ? place : 'ts' in place ? place.ts : place.id;
    if (id.startsWith('V')) return { view: viewOf(id) };
    const message = found(id);
    return { message, channel: whereOf(message.channelId).channel };
  }

  return { whereOf, found, viewOf, placeOf };
}

function createSays(context: Context, { workspace, user }: Who, { whereOf }: Finder): Actor['says'] {
  return (channel, text, options = {}) => {
    const where = whereOf(channel);
    if (where.channel.type === 'im' && !context.settings.messagesTab) {
      throw new Error('Sending messages to this app has been turned off');
    }
    where.channel.members.add(user.id);
    if (user.teamId !== workspace.id) where.channel.shared = true;
    const files = (options.files ?? []).map((file) => storedFile(context, workspace, user, file));
    const broadcast = options.broadcast === true;
    const kind = files.length > 0 ? 'file_share' : broadcast ? 'thread_broadcast' : undefined;
    return post(
      context,
      where,
      {
        userId: user.id,
        text,
        clientMsgId: options.asBot ? undefined : newClientMsgId(),
        blocks: (options.blocks as Block[] | undefined) ?? (text === '' ? [] : [richTextOf(text)]),
        ...(options.username !== undefined && { username: options.username }),
        attachments: options.attachments ?? [],
        files,
        threadTs: options.threadTs,
        broadcast,
        subtype: options.subtype ?? kind,
        botId: options.asBot ? newId('B') : undefined,
      },
      { more: options.more ?? {} },
    ).ts;
  };
}

type MessageUse = Pick<
  Actor,
  'edits' | 'deletes' | 'shortcut' | 'clicks' | 'chooses' | 'types' | 'stopsStream' | 'stopsSession'
>;

function createMessageUse(context: Context, who: Who, finder: Finder): MessageUse {
  const { whereOf, found, placeOf } = finder;
  return {
    edits(message, text) {
      const one = found(message);
      const blocks = text === '' ? [] : [richTextOf(text)];
      change(context, whereOf(one.channelId), one, { text, blocks }, { by: who.user.id });
    },
    deletes(message) {
      const one = found(message);
      remove(context, whereOf(one.channelId), one);
    },
    shortcut(callbackId, message) {
      const stored = message === undefined ? undefined : found(message);
      const { channel } = stored ? whereOf(stored.channelId) : {};
      return shortcut(context, who, callbackId, stored && channel ? { stored, channel } : undefined);
    },
    clicks: async (place, button) => clicks(context, who, placeOf(place), button),
    chooses: async (place, actionId, ...values) => chooses(context, who, placeOf(place), actionId, values),
    types: async (place, actionId, typed) => types(context, who, placeOf(place), actionId, typed),
    stopsStream(message) {
      const one = found(message);
      stops(context, who, whereOf(one.channelId), one.threadTs ?? one.ts, one);
    },
    stopsSession: (channel, threadTs) => stops(context, who, whereOf(channel), threadTs),
  };
}

type AppUse = Pick<Actor, 'runs' | 'submits' | 'closes' | 'opensHome' | 'looksAt' | 'installs'>;

function createAppUse(context: Context, who: Who, { whereOf, viewOf }: Finder): AppUse {
  return {
    runs: (command, text = '', channel = 'general') =>
      runs(context, who, command, text, whereOf(channel).channel),
    submits: async (view, answers = {}) => submits(context, who, viewOf(view), answers),
    closes: async (view) => closes(context, who, viewOf(view)),
    opensHome: (tab, around) => opensHome(context, who, tab, around),
    looksAt: (entities) => looksAt(context, who, entities),
    installs: (link, options) => installs(context, who, link, options),
  };
}

function storedFile(
  { world }: Context,
  workspace: StoredWorkspace,
  user: StoredUser,
  file: FileToSend,
): StoredFile {
  const text = typeof file.data === 'string';
  const stored: StoredFile = {
    id: newId('F'),
    workspaceId: workspace.id,
    userId: user.id,
    name: file.name,
    title: file.name,
    mimetype: file.mimetype ?? (text ? 'text/plain' : 'application/octet-stream'),
    contentType: file.contentType,
    bytes: typeof file.data === 'string' ? new TextEncoder().encode(file.data) : file.data,
    mode: file.mode ?? 'hosted',
    subtype: file.subtype,
    hidden: file.hidden ?? false,
    created: Math.floor(Date.now() / 1000),
    shares: [],
  };
  world.files.set(stored.id, stored);
  return stored;
}
