/** Slack as a platform. */
import type { Platform } from '../platform.ts';
import { type SlackConfig, slackProblems, slackTokensOf } from './config.ts';
import {
  idsOfPerson,
  ownerOf,
  PLATFORM,
  partitionOf,
  personIds,
  personOf,
  roomOf,
  spaceOf,
  subjectOf,
  teamOf,
  tenantOf,
  wantedPerson,
  workspaceIds,
} from './ids.ts';
import { SLACK_WORDS } from './vocabulary.ts';

export const slack: Platform<SlackConfig> = {
  name: PLATFORM,
  label: 'Slack',
  isOn: (config) => slackTokensOf(config) !== undefined,
  isForOthers: (config) => slackTokensOf(config) !== undefined,
  problems: ({ has }) => slackProblems(has),
  // Slack's ids of people are unique within a workspace.
  personOf: (tenant, author) => personOf(teamOf(tenant), author),
  partitionOf,
  admission: {
    spaceOf,
    tenantOf: ({ kind, id }) => (kind === 'workspace' ? tenantOf(id) : undefined),
    forms: { workspace: workspaceIds, person: personIds },
    idsOfPerson: ({ tenant, author }) => idsOfPerson(teamOf(tenant), author.id, author.home),
    lists: ({ ALLOWED_WORKSPACES: allowed, BLOCKED_WORKSPACES: blocked }) => ({
      workspace: { allowed, blocked },
    }),
  },
  wantedPerson,
  directMessages: { ownerOf, roomOf, subjectOf },
  vocabulary: SLACK_WORDS,
  check: async (...given) => (await import('./doctor.ts')).checkSlack(...given),
  prepare: (config, foundation) => ({
    async connect({ queueWithFiles, ...services }) {
      const tokens = slackTokensOf(config);
      if (!tokens) return undefined;
      const [{ createSlackConnection }, { createSlackAdapter }] = await Promise.all([
        import('./connection/connection.ts'),
        import('./adapter.ts'),
      ]);
      const { admission, forgetting, secrets, welcome, audit } = services;
      const connection = createSlackConnection({
        ...foundation,
        ...tokens,
        secrets,
        welcome,
        audit,
        isAllowed: async (team) =>
          (await admission.refusalOfSpace({ kind: 'workspace', id: team })) === undefined,
        forget: (tenant) => forgetting.tenant(tenant),
      });
      const own = { connection, apiUrl: tokens.apiUrl };
      return {
        adapter: createSlackAdapter({ ...foundation, ...services, queue: queueWithFiles, ...own }),
        routes: connection.routes,
      };
    },
  }),
};
