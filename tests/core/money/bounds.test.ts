import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOfPicture } from '../../../src/core/models/pictures/size.ts';
import { mostAudioInput, mostInput, mostWritten } from '../../../src/core/money/bounds.ts';

const LUNA = { baseUrl: 'https://api.openai.com/v1', model: 'gpt-6-luna' };
const LOCAL = { baseUrl: 'http://localhost:11434/v1', model: 'llava' };

const base64 = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');
const be16 = (value: number) => [value >> 8, value & 0xff];
const be32 = (value: number) => [...be16(Math.floor(value / 65_536)), ...be16(value % 65_536)];
const le16 = (value: number) => be16(value).reverse();
const le24 = (value: number) => [value & 0xff, (value >> 8) & 0xff, value >> 16];

/** A picture of each format, as far as its size. */
const FORMATS: Record<string, (width: number, height: number) => string> = {
  PNG: (width, height) =>
    base64('\x89PNG\r\n\x1a\n', be32(13), 'IHDR', be32(width), be32(height), [8, 2, 0, 0, 0]),
  GIF: (width, height) => base64('GIF89a', le16(width), le16(height), [0, 0, 0]),
  JPEG: (width, height) =>
    base64(
      [0xff, 0xd8, 0xff, 0xe0, ...be16(16)],
      'JFIF\0\x01\x01\0\0\x01\0\x01\0\0',
      // A preview in the file's own metadata, which has another size.
      [0xff, 0xe1, ...be16(2 + 9), 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1],
      [0xff, 0xff, 0xc4, ...be16(4), 0, 0],
      [0xff, 0xc2, ...be16(11), 8, ...be16(height), ...be16(width), 1],
    ),
  'lossy WebP': (width, height) =>
    base64(
      'RIFF\0\0\0\0WEBPVP8 ',
      [0, 0, 0, 0],
      [0, 0, 0, 0x9d, 1, 0x2a],
      le16(width | 0x4000),
      le16(height | 0x8000),
    ),
  'lossless WebP': (width, height) => {
    const bits = width - 1 + (height - 1) * 2 ** 14;
    return base64('RIFF\0\0\0\0WEBPVP8L', [0, 0, 0, 0, 0x2f], be32(bits).reverse());
  },
  'extended WebP': (width, height) =>
    base64('RIFF\0\0\0\0WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0], le24(width - 1), le24(height - 1)),
};

const requestOf = (text: string, ...pictures: string[]) => ({
  instructions: '',
  messages: [
    {
      role: 'user' as const,
      text,
      images: pictures.map((base64) => ({ name: 'p', type: 'image/png', base64 })),
    },
  ],
});
const tokensOf = (picture: string, call = LUNA) => mostInput(requestOf('', picture), call) - 16;

describe('the size of a picture', () => {
  it.each(Object.entries(FORMATS))('is read from a %s', (_, make) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_000 }),
        fc.integer({ min: 1, max: 16_000 }),
        (width, height) => {
          expect(sizeOfPicture(make(width, height))).toEqual({ width, height });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is not known of a file that ends too early, whatever it holds, and nothing breaks', () => {
    const files = Object.values(FORMATS).map((make) => Buffer.from(make(3, 3), 'base64'));
    for (const file of files)
      for (let length = 0; length < file.length - 5; length++)
        expect(sizeOfPicture(file.subarray(0, length).toString('base64'))?.width ?? 3).toBe(3);
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(30),
        (file, noise, at) => {
          const bytes = Buffer.concat([file.subarray(0, at), noise]);
          const size = sizeOfPicture(bytes.toString('base64'));
          if (size) expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('is not searched for in all of a long file', () => {
    const preview = [0xff, 0xe2, 0xff, 0xff, ...new Array<number>(65_533).fill(0)];
    const jpeg = base64(
      [0xff, 0xd8],
      ...new Array<number[]>(20).fill(preview),
      [0xff, 0xc0, 0, 11, 8, 0, 9, 0, 9, 1],
    );
    expect(sizeOfPicture(jpeg)).toBeUndefined();
  });
});

describe('the tokens of a picture', () => {
  const png = (width: number, height: number) => FORMATS.PNG?.(width, height) ?? '';

  it.each([
    ['small', png(64, 64), LUNA, 1_445],
    ['of a screen', png(1_920, 1_080), LUNA, Math.ceil(60 * 34 * 2.46)],
    ['large', png(8_000, 6_000), LUNA, 24_600],
    ['huge', png(4_294_967_295, 4_294_967_295), LUNA, 24_600],
    ['of an unknown format', base64('not a picture'), LUNA, 24_600],
    ['without a size', png(0, 5), LUNA, 24_600],
    ['for a model that counts by other rules', png(64, 64), { ...LUNA, model: 'gpt-4o-mini' }, 48_169],
    ['at an unknown server', png(64, 64), LOCAL, 6_404],
  ])('are bounded for one that is %s', (_, picture, call, tokens) => {
    expect(tokensOf(picture, call)).toBe(tokens);
  });

  /** Sizes and what OpenAI bills: community.openai.com/t/1281361 and /1230130, vybestack/llxprt-code#3477. */
  it.each([
    [1_024, 1_024, 'gpt-5-mini', 1_659],
    [1_800, 2_400, 'gpt-4.1-mini', 2_488],
    [128, 64, 'gpt-4o-mini', 8_500],
    [2_048, 4_096, 'gpt-4o', 1_105],
    [3_200, 3_200, 'gpt-5.6-sol', 12_000],
  ])('are not below what OpenAI is known to bill: %d by %d with %s', (width, height, model, billed) => {
    expect(tokensOf(png(width, height), { ...LUNA, model })).toBeGreaterThanOrEqual(billed);
  });
});

describe('the tokens of a request', () => {
  it('are those of its texts, and 8 for each message and the instructions', () => {
    const request = {
      instructions: 'abc',
      messages: [
        { role: 'user' as const, text: 'abcd' },
        { role: 'assistant' as const, text: '日本' },
        { role: 'user' as const, text: '' },
      ],
    };
    expect(mostInput(request, LUNA)).toBe(1 + 2 + 2 + 0 + 4 * 8);
  });

  it('only grow with what is added', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (one, more) => {
        expect(mostInput(requestOf(one + more), LUNA)).toBeGreaterThanOrEqual(
          mostInput(requestOf(one), LUNA),
        );
        expect(mostInput(requestOf(one), LUNA)).toBeGreaterThanOrEqual(Math.ceil(Buffer.byteLength(one) / 3));
      }),
    );
  });
});

describe('the tokens of an answer that was cut', () => {
  it.each([
    [{ tokens: 0, silentMs: 0, most: 16_000 }, 0],
    [{ tokens: 4, silentMs: 0, most: 16_000 }, 4],
    [{ tokens: 4, silentMs: 1_001, most: 16_000 }, 505],
    [{ tokens: 4, silentMs: 60_000, most: 16_000 }, 16_000],
    [{ tokens: 1e9, silentMs: 0, most: 600 }, 600],
    // A clock that was set back.
    [{ tokens: 3, silentMs: -5_000, most: 600 }, 3],
  ])('of %o are %d', (cut, tokens) => {
    expect(mostWritten(cut)).toBe(tokens);
  });
});

it('a recording has at most ten tokens a second, at the lowest quality there is', () => {
  const second = 750;
  expect(mostAudioInput(60 * second)).toBe(600 + 100);
});
