/** A workspace as a test uses it. */

import { homeOf } from '../blocks/views.ts';
import type { Context } from '../context.ts';
import { type Actor, createActor } from '../people/actors.ts';
import { viewSeen } from '../people/handle.ts';
import { type MessageView, view } from '../people/message-view.ts';
import type { ChannelOption, UserOption, Workspace, WorkspaceOption } from '../slack.ts';
import { newId, newTs } from './ids.ts';
import { installationOf, orgOf } from './orgs.ts';
import { annotate, change } from './posting.ts';
import {
  endToken,
  newChannel,
  newToken,
  newUser,
  newWorkspace,
  type StoredChannel,
  type StoredMessage,
  type StoredWorkspace,
} from './world.ts';

/** Lifetime of a status: two minutes, ms. */
const STATUS_LIFETIME = 120_000;

/** A preview as Slack makes it of a page (docs.slack.dev: unfurling links). */
const PREVIEW = {
  id: 1,
  from_url: 'https://example.com/',
  original_url: 'https://example.com/',
  service_name: 'example.com',
  title: 'A page',
  title_link: 'https://example.com/',
  text: 'What the page is about',
  fallback: 'example.com: A page',
};

export function createWorkspace(context: Context, botName: string, option: WorkspaceOption): Workspace {
  const { world } = context;
  const { installed = true, enterpriseId } = option;
  const org = enterpriseId === undefined ? undefined : orgOf(world, enterpriseId);
  const stored = newWorkspace(option.name, botName, enterpriseId ?? null, org?.bot);
  world.workspaces.set(stored.id, stored);
  if (installed === 'org' && org) org.token ??= newToken(world, org);
  else if (installed) newToken(world, stored);
  const workspace = workspaceOn(context, stored);
  for (const channel of option.channels ?? ['general', 'random']) workspace.addChannel(channel);
  return workspace;
}

export function workspaceOn(context: Context, stored: StoredWorkspace): Workspace {
  const { world } = context;
  const { bot } = stored;
  return {
    id: stored.id,
    name: stored.name,
    get botToken() {
      return installationOf(world, stored)?.token ?? '';
    },
    botId: bot.id,
    botUserId: bot.userId,
    mention: `<@${bot.userId}>`,
    user: createUsers(context, stored),
    ...createChannelControl(context, stored),
    ...createMessageControl(context, stored),
    home(userId) {
      const view = homeOf(context, stored.id, userId);
      return view && viewSeen(context, view);
    },
    addUserGroup(handle, users, deleted = false) {
      const group = { id: newId('S'), handle, name: handle, users, deleted };
      stored.userGroups.set(group.id, group);
      return group.id;
    },
    uninstall: () => uninstall(context, stored),
  };
}

function channelOf(stored: StoredWorkspace, nameOrId: string): StoredChannel {
  const all = [...stored.channels.values()];
  const found = stored.channels.get(nameOrId) ?? all.find(({ name }) => name === nameOrId);
  if (!found) throw new Error(`no channel ${nameOrId}`);
  return found;
}

/** The users of a workspace, by name. */
function createUsers(context: Context, stored: StoredWorkspace): Workspace['user'] {
  const actors = new Map<string, Actor>();

  function makeUser(name: string, wanted: UserOption): Actor {
    const before = [...stored.users.values()].find((one) => one.name === name && !one.bot);
    const made = before ?? newUser(stored.id, { name, ...wanted });
    stored.users.set(made.id, made);
    for (const channel of stored.channels.values())
      if (channel.type === 'channel') channel.members.add(made.id);
    const actor = createActor(context, stored, made);
    actors.set(name, actor);
    return actor;
  }

  return (name, wanted = {}) => {
    const actor = actors.get(name) ?? makeUser(name, wanted);
    Object.assign(stored.users.get(actor.id) ?? {}, wanted);
    return actor;
  };
}

type ChannelControl = Pick<
  Workspace,
  'channel' | 'addChannel' | 'deleteChannel' | 'changeChannel' | 'status'
>;

function createChannelControl(context: Context, stored: StoredWorkspace): ChannelControl {
  const { bot } = stored;
  return {
    channel: (name) => channelOf(stored, name).id,
    addChannel(wanted) {
      const { joined = true, ...fields } =
        typeof wanted === 'string' ? { name: wanted } : (wanted as ChannelOption);
      const people = [...stored.users.values()].filter((user) => !user.bot).map(({ id }) => id);
      const members = new Set(joined ? [...people, bot.userId] : people);
      const channel = newChannel(stored.id, { ...fields, members });
      stored.channels.set(channel.id, channel);
      return channel.id;
    },
    deleteChannel(name) {
      const event = { type: 'channel_deleted', channel: channelOf(stored, name).id, event_ts: newTs() };
      context.events.emit(stored, 'channel_deleted', event);
    },
    changeChannel(name, { joined, ...fields }) {
      const channel = channelOf(stored, name);
      Object.assign(channel, fields);
      if (joined === true) channel.members.add(bot.userId);
      else if (joined === false) channel.members.delete(bot.userId);
    },
    status(channel, threadTs) {
      const { id, messages } = channelOf(stored, channel);
      const shown = context.statuses.findLast((one) => one.channelId === id && one.threadTs === threadTs);
      if (!shown || performance.now() - shown.at > STATUS_LIFETIME) return '';
      const posted = [...messages.values()].findLast((one) => one.own && one.threadTs === threadTs);
      return posted?.history[0] && posted.history[0].at > shown.at ? '' : shown.status;
    },
  };
}

type MessageControl = Pick<
  Workspace,
  'annotate' | 'unfurl' | 'messages' | 'botMessages' | 'message' | 'ephemeral'
>;

function createMessageControl(context: Context, stored: StoredWorkspace): MessageControl {
  const { world } = context;

  function found(ts: string): StoredMessage {
    const message = world.messages.find((one) => one.ts === ts && one.workspaceId === stored.id);
    if (!message) throw new Error(`no message ${ts}`);
    return message;
  }

  const whereOf = ({ channelId }: StoredMessage) => ({
    workspace: stored,
    channel: channelOf(stored, channelId),
  });

  function messages(channel: string, threadTs?: string): MessageView[] {
    const all = [...channelOf(stored, channel).messages.values()].map((message) => view(context, message));
    if (threadTs === undefined) return all;
    return all.filter((message) => message.ts === threadTs || message.threadTs === threadTs);
  }

  return {
    annotate(ts, fields) {
      const message = found(ts);
      annotate(context, whereOf(message), message, fields);
    },
    unfurl(ts, attachment = PREVIEW) {
      const message = found(ts);
      const attachments = [...message.attachments, attachment];
      change(context, whereOf(message), message, { attachments }, { by: message.userId, hidden: true });
    },
    messages,
    botMessages: (channel, threadTs) => messages(channel, threadTs).filter(({ own }) => own),
    message: (ts) => view(context, found(ts)),
    ephemeral: (userId) =>
      world.messages
        .filter((one) => one.workspaceId === stored.id && one.ephemeralTo === userId)
        .map((message) => view(context, message)),
  };
}

/** Uninstalls the app from the workspace, or from its whole organisation. */
function uninstall({ world, events }: Context, workspace: StoredWorkspace): void {
  const org = workspace.token === undefined ? world.orgs.get(workspace.enterpriseId ?? '') : undefined;
  if (!installationOf(world, workspace)) return;
  const revoked = {
    type: 'tokens_revoked',
    tokens: { oauth: [], bot: [workspace.bot.userId] },
    event_ts: newTs(),
  };
  events.emit(workspace, 'tokens_revoked', revoked);
  events.emit(workspace, 'app_uninstalled', { type: 'app_uninstalled', event_ts: newTs() });
  endToken(world, org ?? workspace, 'inactive');
}
