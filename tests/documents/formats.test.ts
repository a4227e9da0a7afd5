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
const TABLE = '| Name | Price |\n| --- | --- |\n| Apple \\| pear | 1,50 |\n| Plum<br>big | 2 |';
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

/** A PDF of one line whose font is not in it: only its encoding, a predefined CMap, tells the characters. */
function pdfOf(encoding: string, ordering: string, text: Buffer): Buffer {
  const shown = `BT /F 12 Tf 50 700 Td <${text.toString('hex')}> Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${shown.length}>>stream\n${shown}\nendstream`,
    `<</Type/Font/Subtype/Type0/BaseFont/Some/Encoding/${encoding}/DescendantFonts[6 0 R]>>`,
    `<</Type/Font/Subtype/CIDFontType0/BaseFont/Some/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/Some/Flags 4>>>>`,
  ];
  const body = objects.map((one, index) => `${index + 1} 0 obj\n${one}\nendobj\n`).join('');
  return Buffer.from(`%PDF-1.4\n${body}trailer<</Size 7/Root 1 0 R>>\n%%EOF`, 'latin1');
}

describe('the text of a PDF whose fonts are not in it', () => {
  it.each([
    ['Japanese', '90ms-RKSJ-H', 'Japan1', '93fa967b8cea', '日本語'],
    ['simplified Chinese', 'GBK-EUC-H', 'GB1', 'd6d0cec4', '中文'],
    ['traditional Chinese', 'ETen-B5-H', 'CNS1', 'a4a4a4e5', '中文'],
    ['Korean', 'KSCms-UHC-H', 'Korea1', 'c7d1b1db', '한글'],
    ['Unicode', 'UniJIS-UTF16-H', 'Japan1', '65e5672c8a9e', '日本語'],
  ])('is right in %s', async (_, encoding, ordering, hex, text) => {
    const pdf = pdfOf(encoding, ordering, Buffer.from(hex, 'hex'));
    expect(await textOf(pdf)).toBe(`## Page 1 of 1\n\n${text}`);
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
