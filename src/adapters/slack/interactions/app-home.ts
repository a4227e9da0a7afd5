/** App Home: a person's own usage, and the workspace's model and settings, with buttons for admins to change them. */
import type { types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { CommandCall, Commands } from '../../../core/commands/command.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { plain, sectionsOf } from '../markdown/mrkdwn.ts';
import { en } from '../sentences/en.ts';
import type { CallOf } from './command-callers.ts';
import { BLOCK_LIMITS } from './modals/block-limits.ts';
import { homeOrigin } from './modals/origin.ts';

export interface HomeOptions {
  commands: Commands;
  callOf: CallOf;
  help(call: CommandCall): string;
  log: Logger;
}

export interface Home {
  /** Shows the App Home of now to a person. Never throws: a failure is logged. */
  publish(client: WebClient, team: string, user: string): Promise<void>;
}

/** Labels of the buttons, by the command that they open. A button's action is `parley_open:` and the command's name. */
const BUTTONS: Record<string, string> = {
  'key set': en.home.buttons.key,
  model: en.home.buttons.model,
  persona: en.home.buttons.persona,
  settings: en.home.buttons.settings,
  limits: en.home.buttons.limits,
  tools: en.home.buttons.tools,
};
const OPEN = 'parley_open:';
export const OPEN_ACTION = new RegExp(`^${OPEN}`);

/** The command that a button of App Home opens. */
export function readOpen(actionId: string): string | undefined {
  const name = actionId.slice(OPEN.length);
  return actionId.startsWith(OPEN) && Object.hasOwn(BUTTONS, name) ? name : undefined;
}

export function createHome({ commands, callOf, help, log }: HomeOptions): Home {
  async function blocksFor(call: CommandCall): Promise<types.KnownBlock[]> {
    const said = async (name: string) => {
      const reply = await commands.run(name, call, {});
      return reply.type === 'text' || reply.type === 'panel' ? reply.text : '';
    };
    const usage = sectionsOf(await said('usage'));
    if (!call.isAdmin)
      return [header(en.home.name), ...sectionsOf(help(call)), { type: 'divider' }, ...usage];
    const [model, key] = [await said('model'), await said('key status')];
    const [settings, limits, tools] = [await said('settings'), await said('limits'), await said('tools')];
    return [
      header(en.home.headline),
      ...sectionsOf(`${model}\n${key}`),
      {
        type: 'actions',
        elements: Object.entries(BUTTONS).map(([name, label], index) => ({
          type: 'button',
          action_id: OPEN + name,
          text: plain(label, BLOCK_LIMITS.button),
          ...(index === 0 && { style: 'primary' as const }),
        })),
      },
      { type: 'divider' },
      ...sectionsOf(settings),
      { type: 'divider' },
      ...sectionsOf(limits),
      { type: 'divider' },
      ...sectionsOf(tools),
      { type: 'divider' },
      ...usage,
      { type: 'divider' },
      ...sectionsOf(help(call)),
    ];
  }

  return {
    async publish(client, team, user) {
      try {
        const call = await callOf(homeOrigin(team, user), user);
        await client.views.publish({ user_id: user, view: { type: 'home', blocks: await blocksFor(call) } });
      } catch (error) {
        log.warn({ team, error: whereFrom(error) }, 'App Home not shown');
      }
    },
  };
}

function header(text: string): types.KnownBlock {
  return { type: 'header', text: plain(text, BLOCK_LIMITS.header) };
}
