/** Rows of the twin's database. */
import type { DigitalDiscord } from 'discord-digital-twin';
import type { StoredGuild, World } from '../world/world.ts';

export type Rows = ReturnType<typeof createRows>;

/** Fills the twin's tables with the rows that a request needs, and gives our ids to the rows that the twin created. */
export function createRows({ prisma, botUserId }: DigitalDiscord, world: World) {
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

  const names = createNames(prisma);
  const rows = {
    ...names,
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
      if (!message || (await names.has(id))) return;
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
    renameChannel: (from: string, to: string) => {
      there.add(to);
      return prisma.channel.update({ where: { id: from }, data: { id: to } });
    },
  };
  return rows;
}

/** Gives our ids to messages that the twin created. */
function createNames(prisma: DigitalDiscord['prisma']) {
  const has = async (messageId: string) =>
    (await prisma.message.findUnique({ where: { id: messageId } })) !== null;
  const renameMessage = (from: string, to: string) =>
    prisma.message.update({ where: { id: from }, data: { id: to } });
  return {
    has,
    renameMessage,
    /** Gives our id to the twin's `@original`, if it exists by now. */
    original: async (interactionId: string, ourId: string) => {
      const response = await prisma.interactionResponse.findUnique({ where: { interactionId } });
      const known = response?.messageId;
      if (known === ourId) return;
      if (known && !(await has(ourId))) await renameMessage(known, ourId);
      if (!(await has(ourId))) return;
      await prisma.interactionResponse.update({ where: { interactionId }, data: { messageId: ourId } });
    },
  };
}

interface Pointed {
  channel: { id: string };
  source: { id: string } | undefined;
}
