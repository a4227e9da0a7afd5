import { describe, expect, it } from 'vitest';
import { nameOf, readKind } from '../../src/core/turn/attachment-kind.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

describe('the kind of a file', () => {
  it.each([
    ['image/png', bytes('\x89PNG\r\n\x1a\n', 'IHDR')],
    ['image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe0])],
    ['image/gif', bytes('GIF89a', [1, 0])],
    ['image/webp', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['audio/wav', bytes('RIFF', [1, 2, 3, 4], 'WAVEfmt ')],
    ['audio/ogg', bytes('OggS', [0, 2], 'OpusHead')],
    ['audio/mp4', bytes([0, 0, 0, 32], 'ftypM4A ', [0, 0])],
    ['audio/mp4', bytes([0, 0, 0, 24], 'ftypmp42', [0, 0])],
    ['audio/webm', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x84], 'webm')],
    ['audio/mpeg', bytes('ID3', [4, 0, 0])],
    ['audio/mpeg', bytes([0xff, 0xfb, 0x90, 0x64])],
    ['audio/mpeg', bytes([0xff, 0xf3, 0x40])],
    ['text/plain', Buffer.from('Grüße, 世界 🐈')],
    ['text/plain', Buffer.from('ID3 tags are old')],
    ['text/plain', Buffer.from('OggS is how such a file begins')],
    ['application/pdf', bytes('%PDF-1.7', [10, 0x25, 0xe2, 0])],
    ['application/pdf', bytes([0, 1, 2], '%PDF-1.4')],
    ['application/zip', bytes('PK', [3, 4, 20, 0, 0, 0])],
    ['application/zip', bytes('PK', [5, 6, 0, 0])],
    ['application/x-ole-storage', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0])],
    ['application/rtf', bytes('{\\rtf1\\ansi hello}')],
    ['application/x-ipynb+json', bytes('{"cells": [], "nbformat": 4}')],
    ['text/plain', bytes('{"cells": [], "format": 4}')],
    ['message/rfc822', bytes('From: a@b.example\r\nMIME-Version: 1.0\r\n\r\nGr\xfc\xdfe')],
    ['message/rfc822', bytes('From a@b.example Mon\nReceived: from c\n\nHi')],
    ['text/plain', bytes('Note: this is\n\nMIME-Version: 1.0 is what mail has')],
    ['text/plain', Buffer.from('% PDF-like text about %PDF-1.4')],
    ['text/plain', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])('is %s', (type, file) => {
    expect(readKind(file)).toBe(type);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a program', bytes([0x7f], 'ELF', [2, 1, 1, 0])],
    ['Matroska', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x88], 'matroska')],
    ['text in Latin-1', bytes('Gr\xfc\xdfe')],
    ['a GIF by its first letters alone', bytes('GIF8', [0])],
  ])('of %s is none that is taken', (_, file) => {
    expect(readKind(file)).toBeUndefined();
  });

  it('of long text is told although the look ends inside a character', () => {
    expect(readKind(Buffer.from(`a${'ä'.repeat(40_000)}`))).toBe('text/plain');
  });
});

it.each([
  ['a/b\\c.txt', 'a b c.txt'],
  ['\u0000\u001b[2Jx.png', '[2Jx.png'],
  ['', 'file'],
  [undefined, 'file'],
  ['x'.repeat(200), 'x'.repeat(120)],
  [`${'x'.repeat(119)}🐈`, `${'x'.repeat(119)}\ufffd`],
])('the name %j is shown as %j', (given, shown) => {
  expect(nameOf(given)).toBe(shown);
});
