/** The answers on the platforms and the page, in one form, by the message that they answer. */
import type { TurnView } from '../../../src/adapters/web/api.ts';
import type { Discord } from '../../counterparts/discord/start.ts';
import type { StoredMessage as DiscordMessage } from '../../counterparts/discord/world/world.ts';
import type { MessageView as SlackMessage } from '../../counterparts/slack/people/message-view.ts';
import type { Slack } from '../../counterparts/slack/start.ts';
import type { StoredMessage as StoredOnSlack } from '../../counterparts/slack/world/world.ts';
import { tokensIn } from '../people/answers.ts';
import type { Turn } from '../people/people.ts';

/** A message of Parley, or on the page the answer under a message. Times are by `performance.now()`. */
export interface SeenMessage {
  id: string;
  /** Texts that people read in the message, oldest first. */
  history: { at: number; text: string }[];
  /** The reason why the message looks unfinished, if it does. */
  live: string | undefined;
  isStream: boolean;
  isDeleted: boolean;
  /** Names of its files. */
  files: string[];
}

export interface Seen {
  /**
   * Messages by the turn's token, in the order of their places. The page has one, or more if a message was accepted
   * twice.
   */
  answers: Map<string, SeenMessage[]>;
  /** Messages of Parley that answer no turn. */
  strays: { where: string; message: SeenMessage }[];
}

export interface SeenOptions {
  discord: Discord;
  slack: Slack;
  turns: Turn[];
  /** The stored turns of the page's conversations. */
  transcripts: TurnView[];
}

const PLACEHOLDER = 'Thinking …';
/** The line of a search that runs, in small print on Discord and in a context block on Slack. */
const LINE = /^(?:-# )?Searching the web/m;
/** The id of a button of Parley, which contains the turn's id. */
const BUTTON = /"custom_id":"v\d+:\w+:(\d+)"/;
const STOP = /"(?:label|text)":\s*"(?:⏹️ ?)?Stop"/;

export function look({ discord, slack, turns, transcripts }: SeenOptions): Seen {
  const byId = new Map(turns.map((turn) => [turn.id, turn.token]));
  const answers = new Map<string, SeenMessage[]>();
  const strays: Seen['strays'] = [];

  function add(where: string, turnId: string | undefined, message: SeenMessage): void {
    // A file that Slack shares has neither text nor metadata, but a name.
    const told = [...message.files, ...message.history.map(({ text }) => text)].flatMap(tokensIn).at(-1);
    const token = (turnId === undefined ? undefined : byId.get(turnId)) ?? told;
    if (token === undefined) strays.push({ where, message });
    else answers.set(token, [...(answers.get(token) ?? []), message]);
  }

  for (const message of discord.world.messages.values()) {
    if (message.authorId !== discord.botId) continue;
    const where = `discord ${discord.world.channels.get(message.channelId)?.name ?? message.channelId}`;
    add(where, answeredOnDiscord(message), seenOnDiscord(message));
  }
  for (const channel of slack.world.workspaces.get(slack.id)?.channels.values() ?? []) {
    for (const message of slack.botMessages(channel.id)) {
      add(`slack ${channel.name}`, answeredOnSlack(message), seenOnSlack(message));
    }
  }
  for (const message of slack.world.messages) {
    if (message.own && message.deleted) add('slack', answeredOnSlack(message), removedOnSlack(message));
  }
  for (const turn of transcripts) {
    const token = tokensIn(turn.text)[0];
    const shown = turns.find((one) => one.token === token)?.page;
    const text = [turn.answer, turn.notice].filter(Boolean).join('\n\n');
    const message: SeenMessage = {
      id: turn.id,
      history: [{ at: shown?.endedAt ?? performance.now(), text }],
      live: liveOnPage(turn, shown),
      isStream: false,
      isDeleted: false,
      files: (turn.files ?? []).map(({ name }) => name),
    };
    if (token === undefined) strays.push({ where: 'page', message });
    else answers.set(token, [...(answers.get(token) ?? []), message]);
  }
  return { answers, strays };
}

function seenOnDiscord(message: DiscordMessage): SeenMessage {
  const { id, history, content, components, deleted, attachments } = message;
  const hasStop = STOP.test(JSON.stringify(components));
  return {
    id,
    history: history.map(({ at, content: text }) => ({ at, text })),
    live: hasStop ? 'a live Stop button' : (lineIn(content) ?? placeholderIn(content)),
    isStream: false,
    isDeleted: deleted,
    files: attachments.map(({ name }) => name),
  };
}

/** Parley's notices, which are in context blocks. */
function noticesIn(blocks: SlackMessage['blocks']): string {
  const context = blocks.filter(({ type }) => type === 'context') as { elements?: { text?: string }[] }[];
  return context.flatMap(({ elements = [] }) => elements.map(({ text = '' }) => text)).join('\n');
}

function seenOnSlack(message: SlackMessage): SeenMessage {
  const { ts, history, changedAt, shown, blocks, streaming, deleted, tasks, files } = message;
  const hasStop = STOP.test(JSON.stringify(blocks));
  const below = noticesIn(blocks);
  return {
    id: ts,
    history: below === '' ? history : [...history, { at: changedAt, text: `${shown}\n${below}` }],
    live: hasStop
      ? 'a live Stop button'
      : streaming === 'in_progress'
        ? 'an open stream'
        : tasks.some(({ status }) => status === 'in_progress' || status === 'pending')
          ? 'an open card'
          : (lineIn(below) ?? placeholderIn(shown)),
    isStream: streaming !== undefined,
    isDeleted: deleted,
    files: files.map(({ name }) => name),
  };
}

const lineIn = (text: string) => (LINE.test(text) ? 'the line of a search' : undefined);

/** The id of the message that this message replies to, or that its buttons are about. */
function answeredOnDiscord({ reference, components }: DiscordMessage): string | undefined {
  return reference?.messageId ?? BUTTON.exec(JSON.stringify(components))?.[1];
}

const removedOnSlack = ({ ts, history, stream }: StoredOnSlack): SeenMessage => ({
  id: ts,
  history,
  live: undefined,
  isStream: stream !== undefined,
  isDeleted: true,
  files: [],
});

/** The ts of the message that this message answers, if its metadata says so. */
function answeredOnSlack({ metadata }: { metadata: unknown }): string | undefined {
  const { event_payload: payload } = (metadata ?? {}) as { event_payload?: { turn?: string } };
  return payload?.turn?.split('-').at(-1);
}

function liveOnPage(turn: TurnView, shown: Turn['page']): string | undefined {
  if (turn.live) return 'still running on the page';
  if (turn.end !== 'stop' && turn.notice === null) return `ended as ${turn.end} without a notice`;
  if (shown?.endedAt === undefined) return 'the page still waits for its end';
  if (shown.answer !== turn.answer || shown.notice !== turn.notice)
    return 'the page shows another answer than is kept';
  return undefined;
}

const placeholderIn = (text: string) => (text.includes(PLACEHOLDER) ? 'a placeholder' : undefined);
