/** Files that LibreOffice, openpyxl, nbformat and Python's email made, as a model reads them. */
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readKind } from '../../src/core/turn/attachment-kind.ts';
import { readDocument } from '../../src/documents/extract.ts';

const file = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url));

async function textOf(bytes: Buffer): Promise<string> {
  const read = await readDocument(new Uint8Array(bytes), readKind(bytes) ?? '');
  return 'text' in read ? new TextDecoder().decode(read.text) : `unread: ${read.unread}`;
}

const REPORT = 'Größe and naïve “quotes” — 日本語 text, русский.';
const TABLE = '| Name | Price |\n| --- | --- |\n| Apple \\| pear | 1,50 |\n| Plum big | 2 |';
const WHOLE_REPORT = (lists: string) =>
  `# Yearly report\n\n${REPORT}\n\n## Numbers\n\n${lists}\n\n${TABLE}\n\nA link to Example and a bold word.`;

describe('the text of a document', () => {
  it('of Word has headings, lists and tables', async () => {
    const lists = '- First thing\n  - Inner thing\n- Second\n1. One\n1. Two';
    expect(await textOf(file('report.docx'))).toBe(WHOLE_REPORT(lists));
  });

  it('of OpenDocument has headings, lists and tables', async () => {
    const lists = '- First thing\n  - Inner thing\n- Second\n- One\n- Two';
    expect(await textOf(file('report.odt'))).toBe(WHOLE_REPORT(lists));
  });

  it('of a PDF has its pages numbered', async () => {
    expect(await textOf(file('report.pdf'))).toMatch(
      new RegExp(`^## Page 1 of 1\n\nYearly report\n${REPORT}\nNumbers\n`),
    );
  });

  it('of a presentation has its slides numbered, and its notes', async () => {
    const slides = (items: string) =>
      `## Slide 1\n\nPlan for Größe\n\n${items}\n\nNotes: Speak slowly here.\n\n## Slide 2\n\nThe second slide says walrus.`;
    expect(await textOf(file('plan.pptx'))).toBe(slides('First point\n  Inner point\nSecond point'));
    expect(await textOf(file('plan.odp'))).toBe(slides('- First point\n  - Inner point\n- Second point'));
  });

  it('of a workbook is a table for each sheet, with dates as dates and formulas that have no result', async () => {
    const prices = (sum: string) =>
      `## Sheet: Prices\n\nName,Price,When,Ok\n"Apple, red",1.5,2024-03-01,TRUE\nPlum,2,2024-03-02 14:30:00,FALSE\n,,,${sum}`;
    expect(await textOf(file('prices.xlsx'))).toBe(
      `${prices('=SUM(B2:B3)')}\n\n## Sheet: Hidden one (hidden)\n\n,,walrus`,
    );
    expect(await textOf(file('prices.ods'))).toBe(`${prices('3.5')}\n\n## Sheet: Hidden one\n\n,,walrus`);
  });

  it('of RTF has its characters of every script, and its tables', async () => {
    const text = await textOf(file('report.rtf'));
    for (const part of ['Yearly report', REPORT, '| Apple \\| pear | 1,50 |', 'a bold word.'])
      expect(text).toContain(part);
    expect(text).not.toContain('Times New Roman');
  });

  it('of RTF takes bytes by its code page, and no fallback for a character of Unicode', async () => {
    const source =
      "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\u8364?5 \\'cf\\'f0\\par{\\*\\x no}\\uc0\\u228z}";
    expect(await textOf(Buffer.from(source, 'latin1'))).toBe('€5 Пр\n\näz');
  });

  it('of a book is its chapters in their order', async () => {
    const text = await textOf(file('report.epub'));
    expect(text).toMatch(new RegExp(`^# Report\n\nYearly report\n\n${REPORT}`));
    expect(text).toContain('| Apple \\| pear | 1,50 |');
  });

  it('of a notebook is its cells and outputs, without pictures', async () => {
    expect(await textOf(file('birds.ipynb'))).toBe(
      [
        '# Analysis\nOf birds.',
        'Code cell 2:\n```python\nprint(1+1)\n```',
        'Output of cell 2:\n```\n2\n```',
        'Output of cell 2:\n```\n<Figure>\n[a picture]\n```',
        'Output of cell 2:\n```\nValueError: bad\n```',
      ].join('\n\n'),
    );
  });

  it('of an e-mail has its headers, its text and a list of its attachments', async () => {
    expect(await textOf(file('gull.eml'))).toBe(
      [
        'From: Ada Löve <ada@x.example>\nTo: ben@y.example\nDate: 2026-11-30T10:00:00.000Z\nSubject: Größe der Möwe',
        'The gull is big.',
        'Attachments, which were not read:\n- gull.pdf (application/pdf, 12 B)',
      ].join('\n\n'),
    );
  });

  it('of an e-mail of HTML alone is the text that people see', async () => {
    const html =
      '<html><head><title>no</title><style>p{}</style></head><body><h1>Hi &amp; bye</h1><p>One&nbsp;two<br>three</p><script>no()</script><ul><li>a</li><li>b</li></ul><!-- no --><table><tr><td>x</td><td>y</td></tr></table></body></html>';
    const mail = `From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}`;
    expect(await textOf(Buffer.from(mail))).toBe(
      'From: a@b.example\n\n# Hi & bye\n\nOne two\nthree\n\n- a\n- b\n| x | y |',
    );
  });

  it('of an archive is the list of its files with their sizes', async () => {
    const archive = zipSync({ 'src/a.txt': new Uint8Array(500), 'b.bin': new Uint8Array(5_000) });
    expect(await textOf(Buffer.from(archive))).toBe(
      'An archive of 2 files, 5.5 kB unpacked. It lists their names only:\n\n- src/a.txt (500 B)\n- b.bin (5.0 kB)',
    );
  });
});

describe('a document without a text says why', () => {
  const encrypted = Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.from('EncryptedPackage', 'utf16le'),
  ]);
  const zip = (files: Record<string, string>) =>
    Buffer.from(
      zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))),
    );

  it.each([
    ['an encrypted PDF', file('locked.pdf'), 'password'],
    ['an encrypted Word document', encrypted, 'password'],
    [
      'an encrypted OpenDocument',
      zip({ mimetype: 'x', 'content.xml': '?', 'META-INF/manifest.xml': '<manifest:encryption-data/>' }),
      'password',
    ],
    ['Word before 2007', file('report.doc'), 'old'],
    ['a Word document without words', zip({ 'word/document.xml': '<document/>' }), 'empty'],
    ['half a Word document', file('report.docx').subarray(0, 3_000), 'broken'],
    ['half a PDF', file('report.pdf').subarray(0, 400), 'broken'],
    ['a notebook that is no JSON', Buffer.from('{"nbformat": 4, "cells": ['), 'broken'],
  ])('%s', async (_, bytes, why) => {
    expect(await textOf(bytes)).toBe(`unread: ${why}`);
  });
});
