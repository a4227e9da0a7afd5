/**
 * `discord-digital-twin`, another implementation of Discord, behind ours. It receives every write that our routes
 * accept, in order and after the bot has its response. Tests can ask for its refusals, and for messages that differ
 * from ours.
 *
 * It stands behind ours because a write takes 5 to 15 ms, it gives its own ids, and it knows no DMs, uploads,
 * limits, mentions, ephemeral messages or resuming. So the truth is in `world.ts`, and the twin is a second opinion.
 * It never sees requests that our routes refuse, and the bot reads nothing from it.
 */
import type { Server } from 'node:http';
import type { DigitalDiscord } from 'discord-digital-twin';
import type { Accepted, Interactions, Twin } from './context.ts';
import { snowflake } from './world/snowflake.ts';
import type { StoredGuild, World } from './world/world.ts';

/** Routes that the twin has. */
const KNOWN = [
  'POST /channels/:channel/messages',
  'PATCH /channels/:channel/messages/:message',
  'DELETE /channels/:channel/messages/:message',
  'POST /channels/:channel/typing',
  'POST /channels/:channel/messages/:message/threads',
  'PUT /channels/:channel/messages/:message/reactions/:emoji/@me',
  'PUT /applications/:application/commands',
  'POST /interactions/:interaction/:token/callback',
  'POST /webhooks/:application/:token',
  'PATCH /webhooks/:application/:token/messages/:message',
  'DELETE /webhooks/:application/:token/messages/:message',
];

const MODULE = 'discord-digital-twin';

export async function startTwin(world: World, interactions: Interactions, token: string): Promise<Twin> {
  const { DigitalDiscord }: typeof import('discord-digital-twin') = await import(MODULE);
  const twin = new DigitalDiscord({
    guild: { id: snowflake(), name: 'seed' },
    botUser: { id: world.bot.id, username: world.bot.name },
    botToken: token,
  });
  await twin.start();
  await listenOnLoopbackOnly(twin);
  const rows = createRows(twin, world);
  const refusals: Twin['refusals'] = [];
  /** Messages that the bot wrote or changed. */
  const written = new Set<string>();
  let queue = Promise.resolve();
  let stopped = false;

  async function send({ method, template, params, body, id }: Accepted): Promise<void> {
    if (stopped) return;
    const { channel, message, token: interactionToken } = params;
    const interaction = interactions.all.get(interactionToken ?? '');
    if (channel) await rows.channel(channel);
    if (channel && message) await rows.message(message);
    if (interaction) {
      await rows.channel(interaction.channel.id);
      if (interaction.source) await rows.message(interaction.source.id);
      await rows.interaction(interaction);
    }
    const again = id !== undefined && method === 'POST' && (await rows.has(id));
    // A repeated nonce made nothing new.
    if (again && template === '/channels/:channel/messages') return;
    const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const response = await fetch(`${twin.restUrl}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
      ...(method === 'DELETE' || !body ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown =
      response.status === 204 ? undefined : await response.json().catch(() => undefined);
    if (!response.ok) {
      refusals.push({ method, path, status: response.status, body: answer });
      return;
    }
    const theirs =
      typeof answer === 'object' && answer !== null && 'id' in answer ? String(answer.id) : undefined;
    if (template.endsWith('/threads')) {
      if (theirs && id) await rows.renameChannel(theirs, id);
      return;
    }
    if (theirs && id && theirs !== id) await rows.renameMessage(theirs, id);
    if (interaction?.original) await rows.original(interaction.id, interaction.original.id);
    if (id) written.add(id);
  }

  return {
    refusals,
    mirror(accepted) {
      if (!KNOWN.includes(`${accepted.method} ${accepted.template}`)) return;
      const copy = { ...accepted, body: structuredClone(accepted.body) };
      queue = queue
        .then(() => send(copy))
        .catch((error: unknown) => {
          const { method, template } = accepted;
          if (!stopped) refusals.push({ method, path: template, status: 0, body: String(error) });
        });
    },
    settled: () => queue,
    async differences() {
      await queue;
      const found: string[] = [];
      for (const id of written) {
        const ours = world.messages.get(id);
        const theirs = await twin.prisma.message.findUnique({ where: { id } });
        if (!ours) continue;
        if (ours.deleted !== (theirs === null)) found.push(`${id} is there on one side only`);
        else if (theirs && theirs.content.trim() !== ours.content) {
          found.push(`${id} reads ${JSON.stringify(theirs.content)}, not ${JSON.stringify(ours.content)}`);
        }
      }
      return found;
    },
    async stop() {
      stopped = true;
      await queue;
      await twin.stop();
      await twin.prisma.$disconnect();
    },
  };
}

/** Moves the twin to loopback. It listens on all interfaces and has no option for that. */
async function listenOnLoopbackOnly(twin: DigitalDiscord): Promise<void> {
  const parts = Reflect.get(twin, 'server') as { httpServer: Server; port: number };
  const { httpServer } = parts;
  await new Promise<void>((resolve) => httpServer.close(() => resolve()));
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const address = httpServer.address();
  if (typeof address !== 'object' || address === null) throw new Error('the twin does not listen');
  parts.port = address.port;
}

/**
 * Fills the twin's tables with the rows that a request needs, and gives our ids to the rows that the twin created.
 */
function createRows({ prisma, botUserId }: DigitalDiscord, world: World) {
  const there = new Set<string>([world.bot.id]);

  async function once(id: string, create: () => Promise<unknown>): Promise<void> {
    if (there.has(id)) return;
    there.add(id);
    await create();
  }

  const guild = ({ id, name, ownerId }: StoredGuild) =>
    once(id, async () => {
      await prisma.guild.create({ data: { id, name, ownerId } });
      await prisma.guildMember.create({ data: { guildId: id, userId: botUserId } });
    });

  const rows = {
    has: async (messageId: string) =>
      (await prisma.message.findUnique({ where: { id: messageId } })) !== null,
    channel: (id: string) =>
      once(id, async () => {
        const channel = world.channels.get(id);
        if (!channel) return;
        const { name, type, parentId, ownerId, guildId } = channel;
        const of = guildId === null ? undefined : world.guilds.get(guildId);
        if (of) await guild(of);
        const data = { id, name, type, parentId, ownerId, guildId };
        await prisma.channel.create({ data });
      }),
    message: async (id: string) => {
      const message = world.messages.get(id);
      if (!message || (await rows.has(id))) return;
      const { channelId, authorId, content, type, flags } = message;
      const author = world.users.get(authorId);
      await once(authorId, () =>
        prisma.user.create({
          data: { id: authorId, username: author?.name ?? '', bot: author?.bot ?? false },
        }),
      );
      await rows.channel(channelId);
      await prisma.message.create({ data: { id, channelId, authorId, content, type, flags } });
    },
    interaction: ({ id, token, channel, source }: { id: string; token: string } & Pointed) =>
      once(id, () =>
        prisma.interactionResponse.create({
          data: {
            interactionId: id,
            interactionToken: token,
            applicationId: world.applicationId,
            channelId: channel.id,
            type: 0,
            messageId: source?.id ?? null,
          },
        }),
      ),
    renameMessage: (from: string, to: string) =>
      prisma.message.update({ where: { id: from }, data: { id: to } }),
    renameChannel: (from: string, to: string) => {
      there.add(to);
      return prisma.channel.update({ where: { id: from }, data: { id: to } });
    },
    /** Gives our id to the twin's `@original`, if it exists by now. */
    original: async (interactionId: string, ourId: string) => {
      const response = await prisma.interactionResponse.findUnique({ where: { interactionId } });
      const known = response?.messageId;
      if (known === ourId) return;
      if (known && !(await rows.has(ourId))) await rows.renameMessage(known, ourId);
      if (!(await rows.has(ourId))) return;
      await prisma.interactionResponse.update({ where: { interactionId }, data: { messageId: ourId } });
    },
  };
  return rows;
}

interface Pointed {
  channel: { id: string };
  source: { id: string } | undefined;
}
