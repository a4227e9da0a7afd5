/** Blocks of an answer: its text, its buttons and its feedback. */
import { describe, expect, it } from 'vitest';
import { blocksOf, readAction, withButtons } from '../../../src/adapters/slack/answer/blocks.ts';

const TURN = 'T1-C1-1700000000.000100';
const RICH = { type: 'rich_text', block_id: 'r', elements: [] };

const button = (name: string, turn = TURN) => ({ action_id: `parley_${name}`, value: `v1:${turn}` });
const feedback = (value: string, turn = TURN) => ({
  type: 'feedback_buttons',
  action_id: 'parley_feedback',
  value: `v1:${value}:${turn}`,
});

describe('blocks of an answer', () => {
  it('hold the text, the buttons with their turn, and feedback once it has ended', () => {
    const live = blocksOf({ text: '**Hi**', buttons: ['stop'] }, TURN);
    expect(live).toEqual([
      { type: 'markdown', text: '**Hi**' },
      { type: 'actions', elements: [expect.objectContaining(button('stop'))] },
    ]);
    const ended = blocksOf({ text: 'Hi', buttons: ['regenerate', 'continue', 'delete'] }, TURN);
    expect(ended.map(({ type }) => type)).toEqual(['markdown', 'actions', 'context_actions']);
    expect(JSON.stringify(ended)).toContain(`v1:good:${TURN}`);
    expect(blocksOf({ text: 'A part before', buttons: [] }, TURN)).toHaveLength(1);
  });

  it('are read back to the turn, and others are not read at all', () => {
    const read = (action: object) =>
      readAction({ type: 'button', block_id: '', action_ts: '', ...action } as never);
    expect(read(button('continue'))).toEqual({ type: 'button', button: 'continue', turn: TURN });
    expect(read(feedback('bad'))).toEqual({ type: 'feedback', feedback: 'bad', turn: TURN });
    for (const other of [
      button('stop', ''),
      { ...button('stop'), value: `v2:${TURN}` },
      button('constructor'),
      feedback('fine'),
      { action_id: 'parley_stop' },
    ])
      expect(read(other)).toBeUndefined();
  });

  it('that Slack gave back keep their text, and room for other buttons', () => {
    const given = [...Array.from({ length: 50 }, () => RICH), { type: 'actions', elements: [] }];
    const blocks = withButtons(given, ['regenerate'], TURN, 'note');
    expect(blocks).toHaveLength(50);
    expect(blocks.slice(-3).map(({ type }) => type)).toEqual(['context', 'actions', 'context_actions']);
    expect(JSON.stringify(blocks)).not.toContain('block_id');
  });
});
