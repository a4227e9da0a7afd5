/** The ids of servers, workspaces and people, as the operator writes them in settings and commands. */
import { personIds as discordPersonIds, serverIds } from './adapters/discord/ids.ts';
import { personIds as slackPersonIds, workspaceIds } from './adapters/slack/ids.ts';
import type { IdForm, Kind } from './core/access/access-lists.ts';

const FORMS: Record<Kind, IdForm[]> = {
  server: [serverIds],
  workspace: [workspaceIds],
  person: [discordPersonIds, slackPersonIds],
};

/** The id as its platform writes it; where the text is none of that kind, the form that is wanted. */
export function readId(kind: Kind, text: string): { id: string } | { wanted: string } {
  for (const { read } of FORMS[kind]) {
    const id = read(text);
    if (id !== undefined) return { id };
  }
  return { wanted: FORMS[kind].map(({ form }) => form).join(' or ') };
}
