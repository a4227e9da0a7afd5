/** Files that become text before a model reads them, and those that can't be read. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { answers, streams } from '../../../lab/counterparts/model-server.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage } from './stage.ts';

const fileOf = (name: string) => ({
  name,
  data: new Uint8Array(readFileSync(new URL(`../../documents/files/${name}`, import.meta.url))),
});

/** The beginnings of the texts of documents. tests/documents/formats.test.ts has every kind. */
const SAID_IN = {
  'plan.pptx': '## Slide 1\n\nPlan for Größe',
  'prices.xlsx': '## Sheet: Prices\n\nName,Price,When,Ok',
};

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
    expect(first).toContain('| Plum<br>big | 2 |');
    const later = question(answers('Yes.'));
    ada.asks(lane, later);
    await ended(lane, ['Read.', 'Yes.']);
    expect(prompts(later)).toContain(first);
  });

  it('a long file is read on and searched, also later and when it is attached again', [], async () => {
    const lane = stage.platform.lane();
    const text = `${Array.from({ length: 12_000 }, (_, i) => `line ${i}`).join('\n')}\na heron at the end`;
    const long = { name: 'long.csv', data: text };
    const reads = (input: Record<string, unknown>) =>
      streams(callsTools({ name: 'read_file', input: { file: 'long.csv', ...input } }));
    /** The last of these that the model was sent with the question. The file itself would fill the screen. */
    const sent = (asked: string, pattern: RegExp) =>
      JSON.stringify(stage.request(asked)?.body).match(pattern)?.at(-1);

    const asked = question(reads({ part: 5 }), answers('Read.'));
    const ada = newcomer();
    ada.asks(lane, asked, { files: [long] });
    const [shown] = await ended(lane, ['Read.']);
    expect(shown?.notice).toBe('');
    expect(sent(asked, /read on with read_file.*?\]/)).toBe('read on with read_file, from part 5 of 5]');
    expect(sent(asked, /part 5 of 5:\\nline .*?a heron at the end/)).toBeDefined();

    const later = question(reads({ search: 'HERON' }), answers('Found.'));
    ada.asks(lane, later);
    await ended(lane, ['Read.', 'Found.']);
    expect(sent(later, /searched in all.*?words/)).toBe(
      'searched in all 5 parts: 1 passage with all of the words',
    );

    const again = question(reads({ search: 'at the end' }), answers('Again.'));
    ada.asks(lane, again, { files: [long] });
    await ended(lane, ['Read.', 'Found.', 'Again.']);
    expect(sent(again, /searched in all.*?words/)).toBe(
      'searched in all 5 parts: 1 passage with all of the words',
    );
  });

  it('documents are read by what they are, whatever their names say', [], async () => {
    const channel = stage.platform.channel();
    const asked = question(answers('All read.'));
    const files = Object.keys(SAID_IN).map((name) => fileOf(name));
    // A name that lies: the bytes tell what it is.
    const misnamed = { ...fileOf('report.odt'), name: 'report.pdf' };
    newcomer().asks(channel, asked, { files: [...files, misnamed] });
    const [shown] = await ended(channel, ['All read.']);
    expect(shown?.notice).toBe('');
    const read = prompts(asked).join();
    for (const [name, said] of Object.entries(SAID_IN))
      expect(read).toContain(`File "${name}":\n\`\`\`\n${said}`);
    expect(read).toContain('File "report.pdf":\n```\n# Yearly report');
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
