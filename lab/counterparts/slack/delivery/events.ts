/** The Events API: envelopes, retries, copies (docs.slack.dev/apis/events-api). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, EventRecord, Events } from '../context.ts';
import { newId } from '../world/ids.ts';
import { installationOf } from '../world/orgs.ts';
import type { ChannelType, StoredChannel, StoredWorkspace } from '../world/world.ts';
import type { Outgoing } from './outgoing.ts';

/** The event and the scope for the messages of a kind of channel. */
export const MESSAGES: Record<ChannelType, { event: string; scope: string }> = {
  channel: { event: 'message.channels', scope: 'channels:history' },
  group: { event: 'message.groups', scope: 'groups:history' },
  im: { event: 'message.im', scope: 'im:history' },
  mpim: { event: 'message.mpim', scope: 'mpim:history' },
};

const SCOPES: Record<string, string> = {
  app_mention: 'app_mentions:read',
  app_context_changed: 'assistant:write',
  agent_session_stopped: 'chat:write',
  ...Object.fromEntries(Object.values(MESSAGES).map(({ event, scope }) => [event, scope])),
};

/** @param shared read at each use, since it is not complete at this call */
export function createEvents(shared: () => Context): Events {
  const records: EventRecord[] = [];
  const stopping = new AbortController();
  const kept: (() => void)[] = [];

  async function deliver(record: EventRecord, payload: object): Promise<void> {
    const { settings, stats, transport } = shared();
    let retry: Outgoing['retry'];
    for (let attempt = 0; ; attempt += 1) {
      record.attempts += 1;
      stats.deliveries += 1;
      const answer = await transport.send({ type: 'events_api', payload, ...(retry ? { retry } : {}) });
      if (answer.ok) {
        record.acknowledged = true;
        return;
      }
      const delay = settings.retryDelays[attempt];
      if (answer.final || delay === undefined || stopping.signal.aborted) return;
      retry = { attempt: attempt + 1, reason: answer.reason ?? 'unknown_error' };
      await sleep(delay, undefined, { signal: stopping.signal });
    }
  }

  async function copy(record: EventRecord, payload: object, attempt: number): Promise<void> {
    const { stats, transport } = shared();
    record.attempts += 1;
    stats.deliveries += 1;
    await transport.send({ type: 'events_api', payload, retry: { attempt, reason: 'timeout' } });
  }

  return {
    records,
    emit(workspace, name, event, channel) {
      const { subscribed, scopes, settings } = shared();
      const scope = SCOPES[name];
      const installation = installationOf(shared().world, workspace);
      if (!installation || !subscribed.has(name) || (scope && !scopes.has(scope))) return;
      const payload = envelope(shared(), workspace, installation.orgWide, event, channel);
      const record = { id: payload.event_id, name, event, attempts: 0, acknowledged: false };
      records.push(record);
      const send = () => {
        deliver(record, payload).catch(() => {});
      };
      if (settings.hold) kept.push(send);
      else send();
      for (let attempt = 1; attempt < settings.deliveries; attempt += 1) void copy(record, payload, attempt);
    },
    release() {
      for (const send of kept.splice(0)) send();
    },
    stop() {
      stopping.abort();
    },
  };
}

function envelope(
  { world }: Context,
  workspace: StoredWorkspace,
  orgWide: boolean,
  event: Record<string, unknown>,
  channel: StoredChannel | undefined,
) {
  const { id, enterpriseId, bot } = workspace;
  return {
    token: 'verification-token',
    team_id: id,
    context_team_id: id,
    context_enterprise_id: enterpriseId,
    ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
    api_app_id: world.appId,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: enterpriseId,
        team_id: id,
        user_id: bot.userId,
        is_bot: true,
        is_enterprise_install: orgWide,
      },
    ],
    is_ext_shared_channel: channel?.shared ?? false,
    event_context: `4-${Buffer.from(JSON.stringify({ et: event.type, tid: id, aid: world.appId })).toString('base64url')}`,
  };
}
