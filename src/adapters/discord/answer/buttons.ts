/** The buttons under an answer. Their ids hold all they need, so that they work after a restart. */
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIMessage,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Button } from '../../../chat/answer/surface.ts';
import { en } from '../sentences/en.ts';

const VERSION = 'v1';

const LABELS: Record<Button, string> = en.buttons.labels;
const EMOJI: Record<Button, string> = {
  stop: '⏹️',
  regenerate: '🔄',
  continue: '▶️',
  short: '📝',
  thoughts: '💭',
  delete: '🗑️',
};

export type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

export const buttonId = (button: Button, turn: string) => `${VERSION}:${button}:${turn}`;

/** A row for a message of this turn's answer; none without buttons. */
export function rowsOf(buttons: Button[], turn: string): ButtonRow[] {
  if (buttons.length === 0) return [];
  const components = buttons.map((button): APIButtonComponentWithCustomId => {
    return {
      type: ComponentType.Button,
      custom_id: buttonId(button, turn),
      style: button === 'continue' ? ButtonStyle.Primary : ButtonStyle.Secondary,
      label: LABELS[button],
      emoji: { name: EMOJI[button] },
    };
  });
  return [{ type: ComponentType.ActionRow, components }];
}

/** The turn whose answer a message shows, read from its first Parley button. */
export function turnOfButtons(components: APIMessage['components'] = []): string | undefined {
  for (const row of components) {
    for (const one of 'components' in row ? row.components : []) {
      const pressed = 'custom_id' in one ? readButton(one.custom_id) : undefined;
      if (pressed) return pressed.turn;
    }
  }
  return undefined;
}

export function readButton(customId: string): { button: Button; turn: string } | undefined {
  const [version, button = '', turn = ''] = customId.split(':');
  if (version !== VERSION || !turn || !Object.hasOwn(LABELS, button)) return undefined;
  return { button: button as Button, turn };
}
