/**
 * Interactions, which the app must answer: commands, buttons, modals. Each has a trigger and an address for answers.
 */
import { randomUUID } from 'node:crypto';
import { SlackError } from '../api/errors.ts';
import type { Context, Interaction, Interactions, Started } from '../context.ts';
import { installationOf } from '../world/orgs.ts';

export function createInteractions(): Interactions {
  const all = new Map<string, Interaction>();
  return {
    all,
    async start(context, started) {
      const { type, kind, workspace, user, channel, source, view, payload } = started;
      const id = randomUUID();
      const interaction: Interaction = {
        id,
        kind,
        workspace,
        user,
        channel,
        source,
        view,
        payload: { ...payload, ...common(context, started), trigger_id: triggerOf(id) },
        at: performance.now(),
        used: false,
        uses: 0,
        answer: undefined,
        views: [],
        responses: [],
        trouble: undefined,
      };
      if (channel) interaction.payload.response_url = `${context.world.origin}/response/${id}`;
      all.set(id, interaction);
      const answer = await context.transport.send({ type, payload: interaction.payload });
      interaction.answer = answer;
      return interaction;
    },
    exchange({ settings }, { workspace }, triggerId) {
      const interaction = all.get(/^\d+\.\d+\.(.+)$/.exec(triggerId)?.[1] ?? '');
      if (!interaction || interaction.workspace !== workspace) throw new SlackError('invalid_trigger_id');
      if (interaction.used) throw new SlackError('exchanged_trigger_id');
      if (performance.now() - interaction.at > settings.triggerLifetime)
        throw new SlackError('expired_trigger_id');
      interaction.used = true;
      return interaction;
    },
  };
}

function triggerOf(id: string): string {
  return `13345224609.738474920.${id}`;
}

function common({ world }: Context, { type, workspace, user }: Started): Record<string, unknown> {
  const { id, domain, enterpriseId } = workspace;
  const orgWide = installationOf(world, workspace)?.orgWide === true;
  if (type === 'slash_commands') {
    return {
      token: 'verification-token',
      team_id: id,
      team_domain: domain,
      user_id: user.id,
      user_name: user.name,
      api_app_id: world.appId,
      is_enterprise_install: String(orgWide),
      ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId, enterprise_name: enterpriseId }),
    };
  }
  const enterprise =
    enterpriseId === null ? {} : { enterprise_id: enterpriseId, enterprise_name: enterpriseId };
  return {
    token: 'verification-token',
    // In an installation for an organisation, only the user's fields name the workspace.
    team: orgWide ? null : { id, domain, ...enterprise },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: world.appId,
    is_enterprise_install: orgWide,
    enterprise: enterpriseId === null ? null : { id: enterpriseId, name: enterpriseId },
  };
}
