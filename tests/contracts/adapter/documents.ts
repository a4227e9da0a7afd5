/** Files that become text before a model reads them, and those that can't be read. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage } from './stage.ts';

const fileOf = (name: string) => ({
  name,
  data: new Uint8Array(readFileSync(new URL(`../../documents/files/${name}`, import.meta.url))),
});

export function testDocuments(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, newcomer, ended, prompts } = stage;

  it('a document is read as text, and stands the same before the next question', [], async () => {
    const lane = stage.platform.lane();
    const asked = question(answers('Read.'));
    const ada = newcomer();
    ada.asks(lane, asked, { files: [fileOf('report.pdf'), fileOf('report.docx')] });
    const [shown] = await ended(lane, ['Read.']);
    expect(shown?.notice).toBe('');
    const [first = ''] = prompts(asked).slice(-1);
    expect(first).toContain('File "report.pdf":\n```\n## Page 1 of 1\n\nYearly report\nGröße and naïve');
    expect(first).toContain('File "report.docx":\n```\n# Yearly report\n\nGröße and naïve');
    expect(first).toContain('| Plum big | 2 |');
    const later = question(answers('Yes.'));
    ada.asks(lane, later);
    await ended(lane, ['Read.', 'Yes.']);
    expect(prompts(later)).toContain(first);
  });

  it(
    'a document that can’t be read is told to the person and the model, and the question is answered',
    [],
    async () => {
      const channel = stage.platform.channel();
      const asked = question(answers('Without it, then.'));
      newcomer().asks(channel, asked, { files: [fileOf('locked.pdf')] });
      const [shown] = await ended(channel, ['Without it, then.']);
      expect(shown?.notice).toContain('“locked.pdf” is protected by a password. Attach it without one.');
      expect(prompts(asked).join()).toContain(
        '[attached, but could not be read: "locked.pdf": it is protected by a password]',
      );
    },
  );
}
