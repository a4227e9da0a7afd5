/** The choices of one conversation: the model that answers it, the temperature and the effort. */
import type { Context, Hono } from 'hono';
import { chosenOver } from '../../../../core/choices/chosen-over.ts';
import type { ConversationChoices } from '../../../../core/choices/conversation-choices.ts';
import type { ModelChooser } from '../../../../core/models/catalog/choose.ts';
import type { ConversationLists } from '../../../../core/storage.ts';
import type { ConversationView } from '../../api.ts';
import { noConversation } from '../conversation-routes.ts';
import { conversationChoices, readJson } from '../input.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { checkOffered } from './settings-change.ts';
import type { SettingsViewOptions } from './settings-view.ts';

export interface ConversationChoicesOptions extends SettingsViewOptions {
  conversations: ConversationLists;
  models: ModelChooser;
}

/** Refuses choices that the person may not have now. @throws Refusal 403 with the way out */
export type CheckChoices = (c: Context, chosen: ConversationChoices | undefined) => Promise<void>;

export function createCheckChoices(
  options: ConversationChoicesOptions,
  { session }: Pick<RouteTools, 'session'>,
): CheckChoices {
  return async (c, chosen) => {
    if (!chosen || Object.keys(chosen).length === 0) return;
    const { tenant } = session(c);
    const own = await options.settings.read(tenant);
    checkOffered(chosen, tenant, chosenOver(own, chosen), options);
  };
}

export function mountConversationChoices(
  app: Hono<Env>,
  options: ConversationChoicesOptions,
  tools: RouteTools,
): void {
  const check = createCheckChoices(options, tools);
  app.put('/api/conversations/:id/choices', tools.jsonLimit, async (c) => {
    const { tenant, id } = await tools.conversationOf(c);
    const chosen = await readJson(c, conversationChoices);
    await check(c, chosen);
    const entry = await options.conversations.change(tenant, id, () => ({ chosen }));
    if (!entry) throw noConversation();
    tools.changed(c, id);
    return c.json<ConversationView>(entry);
  });
}
