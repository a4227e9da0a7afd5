import { describe, expect, it } from 'vitest';
import { inUtf8, longTextInUtf8 } from '../../src/core/text/charset.ts';
import { longestTurn } from '../cpu-time.ts';

const read = (bytes: Uint8Array, declared?: string) => inUtf8(Buffer.from(bytes), declared)?.toString('utf8');
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('a text', () => {
  it.each([
    ['UTF-8', Buffer.from('Grüße'), '', 'Grüße'],
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße'), '', 'Grüße'],
    ['UTF-8 that a server calls Latin-1', Buffer.from('Grüße'), 'text/plain; charset=iso-8859-1', 'Grüße'],
    ['UTF-16 with a mark', Buffer.from('\ufeffGrüße, 世界', 'utf16le'), '', 'Grüße, 世界'],
    ['UTF-16BE with a mark', bigEndian('\ufeffname,age\nMüller,7'), '', 'name,age\nMüller,7'],
    ['UTF-16 without a mark', Buffer.from('name,age\r\nAda,36', 'utf16le'), '', 'name,age\r\nAda,36'],
    ['UTF-16BE without a mark', bigEndian('name,age\r\nAda,36'), '', 'name,age\r\nAda,36'],
    ['Windows-1252', latin1('Gr\xfc\xdfe \x80 5'), 'text/csv; charset=windows-1252', 'Grüße € 5'],
    ['Windows-1252 that nobody names', latin1('Gr\xfc\xdfe aus K\xf6ln'), 'text/plain', 'Grüße aus Köln'],
    ['Shift_JIS', latin1('\x93\xfa\x96\x7b\x8c\xea'), 'text/plain; charset="Shift_JIS"', '日本語'],
    ['EUC-KR', latin1('\xc7\xd1\xb1\xdb'), 'text/plain;charset=euc-kr', '한글'],
    ['Windows-1251', latin1('\xcf\xf0\xe8\xe2\xe5\xf2'), 'text/plain; charset=windows-1251', 'Привет'],
    ['ISO-2022-JP', latin1('\x1b$BF|K\\8l\x1b(B'), 'text/plain; charset=iso-2022-jp', '日本語'],
  ])('in %s is read', (_, bytes, declared, text) => {
    expect(read(bytes, declared)).toBe(text);
  });

  it.each([
    ['a program', latin1('\x7fELF\x02\x01\x01\x00'), 'text/plain'],
    [
      'an archive that calls itself text',
      latin1('PK\x03\x04\x14\x00\x08\x00'),
      'text/plain; charset=windows-1252',
    ],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 65, 0, 0, 0]), ''],
    ['half a character of UTF-16', Buffer.from([0xff, 0xfe, 0x41]), ''],
    ['a charset that nobody knows', latin1('Gr\xfc\xdfe'), 'application/x; charset=klingon'],
    ['Shift_JIS that nobody names', latin1('\x93\xfa\x96\x7b\x8c\xea'), 'text/plain'],
    ['control characters', latin1('a\x01b\xfc'), 'text/plain; charset=windows-1252'],
    ['Latin-1 that nobody calls text', latin1('Gr\xfc\xdfe'), ''],
  ])('is not %s', (_, bytes, declared) => {
    expect(read(bytes, declared)).toBeUndefined();
  });
});

describe('a long text', () => {
  const long = `${'a'.repeat(2 ** 20 - 1)}ü世界${'b'.repeat(2 ** 20)}`;

  it.each([
    ['UTF-8', Buffer.from(long), ''],
    ['UTF-16', Buffer.from(`\ufeff${long}`, 'utf16le'), ''],
  ])('in %s is the same, read in slices', async (_, bytes, declared) => {
    const text = (await longTextInUtf8(bytes, declared))?.toString();
    // A difference would fill the screen.
    expect(text === long).toBe(true);
    expect(inUtf8(bytes, declared)?.toString() === long).toBe(true);
  });

  it.each([
    ['UTF-8', Buffer.alloc(20_000_000, 'Grüße '), ''],
    ['Windows-1252', Buffer.alloc(20_000_000, Buffer.from('Gr\xfc\xdfe ', 'latin1')), 'text/plain'],
  ])('in %s holds nobody up while it is read', async (_, bytes, declared) => {
    const most = await longestTurn(async () => void (await longTextInUtf8(bytes, declared)));
    expect(most).toBeLessThan(50);
  });
});
