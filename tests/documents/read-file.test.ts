/** A model reads on in attached files, and searches in them. */
import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { Documents } from '../../src/core/turn/asking/documents.ts';
import { partsIn, rangeOfPart, textOfPart } from '../../src/core/turn/asking/file-parts.ts';
import { showTurns } from '../../src/core/turn/past/shown-turns.ts';
import { ownerOf } from '../../src/core/turn/queue-with-files.ts';
import type { ToolContext } from '../../src/core/turn/tools/tool.ts';
import type { Attachment } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createReadFile } from '../../src/tools/read-file.ts';
import { longestTurn } from '../cpu-time.ts';
import { messageOf } from '../fixtures.ts';

const never = new AbortController().signal;
const message = messageOf('1', 'what is it?');
const { conversation } = message;

/** Lines of equal length, so that a place is known by its number. */
const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, i) => `${word} ${String(i).padStart(6, '0')}`).join('\n');

interface Given {
  name: string;
  text: string;
  type?: string;
  unread?: Attachment['unread'];
}

async function setUp(...given: Given[]) {
  const attachments = createAttachments(createKeyvStore(new Keyv()));
  const files: Attachment[] = [];
  for (const [index, { name, text, type = 'text/plain', unread }] of given.entries()) {
    const bytes = Buffer.from(text);
    const file = { id: `f${index}`, name, type, size: bytes.length, ...(unread && { unread }) };
    await attachments.put(conversation, file, type === 'text/plain' ? bytes : Buffer.from('?'));
    await attachments.claim(conversation, [file.id], ownerOf(message));
    const withText = { ...file, text: text.length };
    const isText = type === 'text/plain' || unread !== undefined || text === '';
    if (!isText) await attachments.keepText(conversation, withText, bytes, ownerOf(message));
    files.push(isText ? file : withText);
  }
  const documents: Documents = {
    async read(source) {
      const bytes = 'load' in source ? await source.load() : source;
      return bytes ? { text: Buffer.from(`read from ${bytes}`), characters: 11 } : { unread: 'broken' };
    },
  };
  const tool = createReadFile({ attachments, documents });
  const context = { message, files: files.map((attachment) => ({ attachment })) } as ToolContext;
  const run = async (input: unknown) => (await tool.run(tool.input.parse(input), context, never)).text;
  const shown = async (canReadOn: boolean) => {
    const [first] = await showTurns([], { ...message, attachments: files }, { attachments, canReadOn });
    return first && 'text' in first ? first.text : '';
  };
  return { run, shown, tool };
}

const pdf = 'application/pdf';

describe('read_file', () => {
  it('goes on where the model was shown the beginning, up to the end', async () => {
    const text = lines(40_000);
    const { run, shown } = await setUp({ name: 'long.pdf', text, type: pdf });
    const [, seen = ''] = /```\n([\s\S]*)\n```/.exec(await shown(true)) ?? [];
    const [, from, parts] =
      /read on with read_file, from part (\d+) of (\d+)\]$/.exec(await shown(true)) ?? [];
    let all = '';
    for (let part = 1; part <= Number(parts); part++) {
      const read = await run({ file: 'long.pdf', part });
      expect(read.length).toBeLessThan(30_000);
      expect(read).toMatch(new RegExp(`^File "long.pdf", part ${part} of ${parts}:\nline \\d{6}\n`));
      // Its beginning is not behind what was shown.
      if (part === Number(from)) expect(seen).toContain(read.slice(0, 60).split('\n')[1]);
      all += read.slice(read.indexOf('\n') + 1);
    }
    expect(all).toBe(text);
    await expect(run({ file: 'long.pdf', part: Number(parts) + 1 })).rejects.toThrow(
      `ends with part ${parts}`,
    );
  });

  it('is told of only where the model has it, and where the file goes on', async () => {
    const long = await setUp({ name: 'a.csv', text: lines(10_000) });
    expect(await long.shown(false)).toMatch(/\n\[it goes on; 19999 characters not shown\]$/);
    const short = await setUp({ name: 'a.csv', text: lines(100) });
    expect(await short.shown(true)).not.toContain('read_file');
  });

  it('finds words wherever they stand, however they are written', async () => {
    const text = `${lines(50_000)}\nAn albatross,\nΟΔΥΣΣΕΥΣ and İstanbul’s gulls\n${lines(50_000)}`;
    const { run } = await setUp({ name: 'big.csv', text });
    const at = text.indexOf('albatross') + 1;
    const parts = partsIn(Buffer.byteLength(text));
    for (const search of ['ALBATROSS', 'albatross, οδυσσευς', "istanbul's GULLS"]) {
      const found = await run({ file: 'BIG.csv', search });
      expect(found).toMatch(
        `File "big.csv", searched in all ${parts} parts: 1 passage with all of the words\n\n[part `,
      );
      const [, part, character] = /\[part (\d+) of \d+, character (\d+)\]/.exec(found) ?? [];
      expect(Math.abs(Number(character) - at)).toBeLessThan(40);
      expect(found).toContain('| An albatross,\n| ΟΔΥΣΣΕΥΣ and İstanbul’s gulls\n');
      expect(await run({ file: 'big.csv', part: Number(part) })).toContain('albatross');
    }
    expect(await run({ file: 'big.csv', search: 'heron' })).toMatch(/none of the words stands in it$/);
    expect(await run({ file: 'big.csv', search: 'albatross heron' })).toContain(
      '1 passage with some of the words',
    );
  });

  it('takes what is looked for as words, not as a pattern', async () => {
    const { run } = await setUp({ name: 'a.txt', text: 'aaa (a+)+$ bbb' });
    expect(await run({ file: 'a.txt', search: '(a+)+$' })).toContain('| aaa (a+)+$ bbb');
    expect(await run({ file: 'a.txt', search: '.*' })).toMatch(/none of the words/);
  });

  it('tells files of the same name apart, the newest without a number', async () => {
    const { run } = await setUp(
      { name: 'a.txt', text: 'old' },
      { name: 'b.txt', text: 'b' },
      { name: 'a.txt', text: 'new' },
    );
    expect(await run({ file: 'a.txt' })).toBe('File "a.txt", number 2 of that name, part 1 of 1:\nnew');
    expect(await run({ file: 'a.txt', number: 1, part: null, search: null })).toMatch(/number 1.*\nold$/);
    await expect(run({ file: 'a.txt', number: 3 })).rejects.toThrow('no such file');
  });

  it('says why it reads nothing', async () => {
    const { run } = await setUp(
      { name: 'a.txt', text: 'a' },
      { name: 'locked.pdf', text: '', type: pdf, unread: 'password' },
      { name: 'p.png', text: 'x', type: 'image/png' },
    );
    await expect(run({ file: 'other.txt' })).rejects.toThrow(
      'The files with a text are: "a.txt", "locked.pdf".',
    );
    await expect(run({ file: 'p.png' })).rejects.toThrow('no such file');
    await expect(run({ file: 'locked.pdf' })).rejects.toThrow(
      'could not be read: it is protected by a password.',
    );
  });

  it('reads a document whose message was stopped before it was read, or that had to wait too long', async () => {
    const { run, shown } = await setUp(
      { name: 'stopped.pdf', text: '', type: pdf },
      { name: 'late.pdf', text: '', type: pdf, unread: 'slow' },
    );
    expect(await shown(true)).toContain('[file not read yet; read_file reads it now: "stopped.pdf"]');
    expect(await shown(false)).toContain('[file no longer shown to you: "stopped.pdf"]');
    for (const file of ['stopped.pdf', 'late.pdf', 'stopped.pdf'])
      expect(await run({ file })).toBe(`File "${file}", part 1 of 1:\nread from ?`);
    // From then on, it stands in the conversation.
    expect(await shown(true)).toContain('File "stopped.pdf":\n```\nread from ?\n```');
  });

  it('shows people which file is read, whatever its name holds', async () => {
    const { tool } = await setUp();
    expect(tool.says({ file: 'report.pdf' })).toBe('Reading report.pdf');
    expect(tool.says({ file: 'report.pdf', part: 3 })).toBe('Reading report.pdf, part 3');
    expect(tool.says({ file: 'a\u202efdp.exe\n@everyone', search: 'x\ny' })).toBe(
      'Searching afdp.exe @everyone for “x y”',
    );
  });

  it.each([
    ['many hits', 'ab '.repeat(1_500_000), 'a b ab a b'],
    ['almost hits', 'a'.repeat(2_000_000), `${`b${'a'.repeat(60)} `.repeat(5)}b${'a'.repeat(150)}`],
  ])('does not hold up the thread that answers by %s', async (_, text, search) => {
    const { run } = await setUp({ name: 'a.txt', text });
    const longest = await longestTurn(async () => void (await run({ file: 'a.txt', search })));
    expect(longest).toBeLessThan(50);
  });
});

describe('the parts of a file', () => {
  it('are its whole text, in which no character is cut (property)', () => {
    const texts = fc.array(
      fc.tuple(fc.constantFrom('a', 'é', '語', '😀', '\n', 'word '), fc.integer({ min: 1, max: 9_000 })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(texts, (runs) => {
        const text = runs.map(([one, times]) => one.repeat(times)).join('');
        const bytes = Buffer.from(text);
        const parts = Array.from({ length: partsIn(bytes.length) }, (_, index) => {
          const { from, upTo } = rangeOfPart(index + 1);
          return textOfPart(bytes.subarray(from, upTo), index + 1, bytes.length);
        });
        // Its difference would fill the screen.
        expect(parts.join('') === text).toBe(true);
      }),
    );
  });
});
