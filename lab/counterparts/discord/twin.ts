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
import { createRows, type Rows } from './twin/rows.ts';
import { snowflake } from './world/snowflake.ts';
import type { World } from './world/world.ts';

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
  const refusals: Twin['refusals'] = [];
  /** Messages that the bot wrote or changed. */
  const written = new Set<string>();
  const rows = createRows(twin, world);
  const send = createForwarding({ url: twin.restUrl, token, interactions, rows, refusals, written });
  let queue = Promise.resolve();
  let stopped = false;

  return {
    refusals,
    mirror(accepted) {
      if (!KNOWN.includes(`${accepted.method} ${accepted.template}`)) return;
      const copy = { ...accepted, body: structuredClone(accepted.body) };
      queue = queue
        .then(() => (stopped ? undefined : send(copy)))
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

interface Forwarding extends Pick<Twin, 'refusals'> {
  url: string;
  token: string;
  interactions: Interactions;
  rows: Rows;
  written: Set<string>;
}

/** Returns the function that sends an accepted request to the twin, after the rows that it needs. */
function createForwarding({ url, token, interactions, rows, refusals, written }: Forwarding) {
  async function prepare({ params }: Accepted) {
    const { channel, message, token: interactionToken } = params;
    const interaction = interactions.all.get(interactionToken ?? '');
    if (channel) await rows.channel(channel);
    if (channel && message) await rows.message(message);
    if (interaction) {
      await rows.channel(interaction.channel.id);
      if (interaction.source) await rows.message(interaction.source.id);
      await rows.interaction(interaction);
    }
    return interaction;
  }

  return async (accepted: Accepted): Promise<void> => {
    const { method, template, params, body, id } = accepted;
    const interaction = await prepare(accepted);
    const again = id !== undefined && method === 'POST' && (await rows.has(id));
    // A repeated nonce made nothing new.
    if (again && template === '/channels/:channel/messages') return;
    const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const response = await fetch(`${url}/v10${path}`, {
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
  };
}

/** Moves the twin to loopback: it listens on all interfaces, and has no option for another address. */
async function listenOnLoopbackOnly(twin: DigitalDiscord): Promise<void> {
  const parts = Reflect.get(twin, 'server') as { httpServer: Server; port: number };
  const { httpServer } = parts;
  await new Promise<void>((resolve) => httpServer.close(() => resolve()));
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const address = httpServer.address();
  if (typeof address !== 'object' || address === null) throw new Error('the twin does not listen');
  parts.port = address.port;
}
