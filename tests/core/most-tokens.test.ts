import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostTokens } from '../../src/core/text/most-tokens.ts';

/** Texts, and the tokens that o200k_base makes of fifty of each (counted by gpt-tokenizer 4.0.0). */
const COUNTED: [kind: string, text: string, tokens: number][] = [
  ['English prose', 'The quick brown fox jumps over the lazy dog, and nobody minds. ', 701],
  ['German prose', 'Die Straßenbahn fährt heute nicht, weil die Oberleitung vereist ist. ', 701],
  ['Turkish prose', 'Günaydın, bugün hava çok güzel, dışarı çıkıp yürüyelim mi? ', 902],
  ['code', 'for (let i = 0; i < n; i++) { if (a[i] > b[j]) { c.push({ k: i, v: a[i] }); } }\n', 2000],
  ['JSON', '{"id":17,"x":0.38172,"tags":["a","b"],"isOn":true}', 1200],
  ['a table of numbers', '0.53,0.12\n0.81,0.07\n', 800],
  ['a table of Markdown', '| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n', 1200],
  ['ids', '1e1b9c2f-5d3a-4c55-9a3e-0b7d6f2c8e41\n', 1750],
  ['addresses', 'https://cdn.example.com/a/Zk9_xQ3vT1-bLw8mYc2RfA.png?w=1200 ', 1501],
  ['base64', 'TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVy', 1700],
  ['SQL', 'SELECT u.ID, COUNT(*) FROM USERS u GROUP BY u.ID HAVING COUNT(*) > 3;\n', 1050],
  ['Chinese', '今天天气很好，我们一起去公园散步吧。', 650],
  ['Japanese', '今日はとても良い天気ですね。公園を散歩しましょう。', 850],
  ['Korean', '오늘은 날씨가 아주 좋네요. 공원에 산책하러 가요. ', 951],
  ['Russian', 'Сегодня прекрасная погода, пойдём гулять в парк. ', 701],
  ['Arabic', 'مرحبا بالعالم، الطقس جميل اليوم. ', 501],
  ['Hindi', 'नमस्ते दुनिया, आज मौसम बहुत अच्छा है। ', 552],
  ['Amharic', 'ሰላም ለዓለም እንዴት ነህ ', 1500],
  ['emoji', '😀🎉🚀👩‍👩‍👧‍👦 ', 801],
  ['a frame', '┌──┬──┐\n│ a│ b│\n└──┴──┘\n', 1200],
  ['formulas', '∀x∈ℝ: ∃y≥0, √(x²+y²)≤∑αᵢ ⇒ ∇·F≠∞ ', 1800],
  ['Cuneiform', '𒀀𒀁𒀂', 600],
  ['indented code', '    if x:\n\t\treturn None\n\n', 400],
  ['single digits', '7 3 9 1 0 4 ', 600],
  ['names in code', 'const HTTPServer2 = createHTTPServer2({ maxRetries: 3 });\n', 800],
];

describe('the most tokens of a text', () => {
  it.each(COUNTED)('are not below those that it has, nor far above: %s', (_, text, tokens) => {
    const most = mostTokens(text.repeat(50));
    expect(most).toBeGreaterThanOrEqual(tokens);
    expect(most).toBeLessThanOrEqual(4 * tokens);
  });

  it('are not below a third of its bytes, and not above its bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
        (text) => {
          const bytes = Buffer.byteLength(text);
          const most = mostTokens(text);
          expect(most).toBeGreaterThanOrEqual(Math.ceil(bytes / 3));
          // Two blanks in front of a digit, or parts of a key, can count a little more.
          expect(most).toBeLessThanOrEqual(Math.ceil((bytes * 4) / 3) + 1);
        },
      ),
    );
  });

  it('only grow as the text does', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (one, more) => {
        expect(mostTokens(one + more)).toBeGreaterThanOrEqual(mostTokens(one));
      }),
    );
  });

  it('of a text in pieces are not less than of the whole, but for a third of a token at each cut', () => {
    const piece = fc.string({ unit: fc.constantFrom(...'aB3 \n.é日😀'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const apart = pieces.reduce((sum, one) => sum + mostTokens(one), 0);
        expect(apart).toBeGreaterThanOrEqual(mostTokens(pieces.join('')) - Math.ceil(pieces.length / 3) - 1);
      }),
    );
  });
});
