/** Choices as blocks, in modals and in messages: the menu of a panel, and the button that confirms a question. */
import type { types } from '@slack/bolt';
import type { CommandReply } from '../../../../core/commands/command.ts';
import type { ConversationId } from '../../../../core/types.ts';
import { plain, sectionsOf } from '../../markdown/mrkdwn.ts';
import { BLOCK_LIMITS } from './block-limits.ts';
import type { CommandOrigin } from './origin.ts';

export type Panel = Extract<CommandReply, { type: 'panel' }>;
type Question = Extract<CommandReply, { type: 'question' }>;

export const PICK = 'parley_pick';
export const CONFIRM = 'parley_confirm';

/** A question with its button. The button's value says in which conversation it was asked. */
export function questionBlocks(question: Question, { conversation }: CommandOrigin): types.KnownBlock[] {
  return [
    ...sectionsOf(question.text),
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: CONFIRM,
          style: 'danger',
          value: `v1|${question.id}|${question.choice}|${conversation}`,
          text: plain(question.label, BLOCK_LIMITS.button),
        },
      ],
    },
  ];
}

/** The choice that the button of a question confirms, read from its value. */
export function readConfirmed(
  value: string,
): { id: string; choice: string; conversation: ConversationId } | undefined {
  const [version, id, choice, conversation] = value.split('|');
  return version === 'v1' && id && choice && conversation ? { id, choice, conversation } : undefined;
}

/** A panel's text and menu. They stand in a message where it is too late for a modal. */
export function panelBlocks({ id, text, prompt, choices }: Panel): types.KnownBlock[] {
  return [
    ...sectionsOf(text),
    {
      type: 'actions',
      block_id: `v1:${id}`,
      elements: [
        {
          type: 'static_select',
          action_id: PICK,
          placeholder: plain(prompt, BLOCK_LIMITS.placeholder),
          options: choices.slice(0, BLOCK_LIMITS.options).map((choice) => ({
            value: choice.id,
            text: plain(choice.label, BLOCK_LIMITS.option),
            description: plain(choice.description, BLOCK_LIMITS.option),
          })),
        },
      ],
    },
  ];
}

/** The id of the panel that a menu belongs to, read from the id of the menu's block. */
export function readPanelId(blockId: string): string | undefined {
  return blockId.startsWith('v1:') ? blockId.slice(3) : undefined;
}
