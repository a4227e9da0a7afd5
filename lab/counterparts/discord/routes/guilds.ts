/** Guilds, their channels, roles and members. */
import type { Context } from '../context.ts';
import { missingAccess, unknownGuild, unknownMember } from '../rest/errors.ts';
import { channelPayload, guildPayload, memberPayload, userPayload } from '../world/payloads.ts';
import { isThread, type StoredGuild } from '../world/world.ts';
import type { Call, Reply, Route } from './route.ts';

function reading(path: string, handle: (context: Context, guild: StoredGuild, call: Call) => Reply): Route {
  return {
    method: 'GET',
    path: `/guilds/:guild${path}`,
    kind: 'other',
    bucket: 'other',
    auth: 'bot',
    handle(context, call) {
      const guild = context.world.guilds.get(call.params.guild ?? '');
      if (!guild) throw unknownGuild();
      if (guild.presence !== 'joined') throw missingAccess();
      return handle(context, guild, call);
    },
  };
}

export const guildRoutes: Route[] = [
  reading('', (_context, guild) => ({ status: 200, body: guildPayload(guild) })),
  reading('/roles', (_context, guild) => ({ status: 200, body: guild.roles })),
  reading('/channels', ({ world }, guild) => {
    const channels = [...world.channels.values()].filter((one) => one.guildId === guild.id && !isThread(one));
    return { status: 200, body: channels.map((channel) => channelPayload(world, channel)) };
  }),
  reading('/members/:user', ({ world }, guild, { params }) => {
    const member = guild.members.get(params.user ?? '');
    const user = world.users.get(params.user ?? '');
    if (!member || !user) throw unknownMember();
    return { status: 200, body: { ...memberPayload(member), user: userPayload(user) } };
  }),
];
