/** The parts of an app's manifest (docs.slack.dev/reference/app-manifest) that decide what the app receives. */
export interface Manifest {
  features?: {
    agent_view?: object;
    assistant_view?: object;
    app_home?: { messages_tab_enabled?: boolean; messages_tab_read_only_enabled?: boolean };
    slash_commands?: { command: string }[];
    shortcuts?: { callback_id: string }[];
  };
  oauth_config?: { scopes?: { bot?: string[] }; redirect_urls?: string[] };
  settings?: { event_subscriptions?: { bot_events?: string[] } };
}

export interface AppOptions {
  scopes: string[];
  subscribed: string[];
  commands: string[];
  /** Shortcuts; undefined means any. */
  shortcuts: string[] | undefined;
  agent: boolean;
  messagesTab: boolean;
  redirectUrls: string[] | undefined;
}

const SCOPES =
  'app_mentions:read assistant:write channels:history channels:read chat:write commands files:read files:write ' +
  'groups:history groups:read im:history im:read im:write mpim:history mpim:read reactions:read reactions:write ' +
  'team:read usergroups:read users:read';

const SUBSCRIBED =
  'app_mention message.im message.channels message.groups message.mpim app_home_opened agent_session_stopped ' +
  'app_context_changed app_uninstalled tokens_revoked channel_deleted group_deleted';

/** The app's options. Without a manifest they include everything, so that a test can take something away. */
export function appOptions(manifest: Manifest | undefined): AppOptions {
  if (!manifest) {
    return {
      scopes: SCOPES.split(' '),
      subscribed: SUBSCRIBED.split(' '),
      commands: ['/parley'],
      shortcuts: undefined,
      agent: false,
      messagesTab: true,
      redirectUrls: undefined,
    };
  }
  const { features, oauth_config: oauth, settings } = manifest;
  const home = features?.app_home;
  return {
    scopes: oauth?.scopes?.bot ?? [],
    subscribed: settings?.event_subscriptions?.bot_events ?? [],
    commands: (features?.slash_commands ?? []).map(({ command }) => command),
    shortcuts: (features?.shortcuts ?? []).map(({ callback_id }) => callback_id),
    agent: features?.agent_view !== undefined,
    messagesTab: home?.messages_tab_enabled === true && home.messages_tab_read_only_enabled !== true,
    redirectUrls: oauth?.redirect_urls,
  };
}
