/** Parts of a message are forgotten while it is answered: quotes of other people, and their files. */
import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/core/types.ts';
import { messageOf } from '../../fixtures.ts';
import { CONVERSATION, type Stage } from './stage.ts';

const GONE = { from: 'Ada', text: 'what Ada said' };
const STAYS = { from: 'Cy', text: 'what Cy said' };
const file = (id: string, from: string): Attachment => ({
  id,
  name: id,
  type: 'audio/ogg',
  size: 1,
  origin: { from },
});
const spoken = (from: string) => ({ from, note: 'a voice message', text: `${from} speaks` });

export function testForgetting({ setUp }: Stage): void {
  describe('what is forgotten of a message while it is answered', () => {
    it('does not come back with the answer, which is kept', async () => {
      await using stage = await setUp();
      const { start, transcripts, quiet } = stage;
      const process = await start();
      const attachments = [file('ada', 'Ada'), file('cy', 'Cy')];
      await process.queue.accept(messageOf('1', undefined, { quotes: [GONE, STAYS], attachments }));
      const running = await process.running('1');
      await transcripts.changeMaterial(CONVERSATION, '1', (material) => ({
        quotes: (material.quotes ?? []).filter(({ from }) => from !== 'Ada'),
        attachments: material.attachments.filter(({ id }) => id !== 'ada'),
      }));
      await running.answer();
      await quiet();
      const kept = await transcripts.find(CONVERSATION, '1');
      expect(kept).toMatchObject({ answer: 'answer text 1', end: 'stop' });
      expect(kept?.message).toMatchObject({ quotes: [STAYS], attachments: [attachments[1]] });
    });

    it('does not come back as what was written down of a voice message, and other people’s stays', async () => {
      await using stage = await setUp();
      const { start, transcripts, quiet } = stage;
      const process = await start();
      const attachments = [file('ada', 'Ada'), file('cy', 'Cy')];
      const message = messageOf('1', undefined, { quotes: [STAYS], attachments });
      await process.queue.accept(message);
      const { given, end } = await process.running('1');
      await transcripts.changeMaterial(CONVERSATION, '1', ({ quotes = [], attachments }) => ({
        quotes,
        attachments: attachments.filter(({ id }) => id !== 'ada'),
      }));
      const said = { ...message, quotes: [STAYS, spoken('Ada'), spoken('Cy')], attachments: [] };
      // Twice, as where it is not known whether the first came through.
      for (const _ of [1, 2]) await given.keep({ message: said, answer: 'answer', end: 'stop' });
      end();
      await quiet();
      const kept = await transcripts.find(CONVERSATION, '1');
      expect(kept?.answer).toBe('answer');
      expect(kept?.message).toEqual({ ...message, quotes: [STAYS, spoken('Cy')], attachments: [] });
    });
  });
}
