import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesIn, knownAddresses, pageAddress } from '../../../src/core/turn/tools/known-addresses.ts';
import type { Step } from '../../../src/core/turn/tools/step.ts';
import { anyCharacter } from '../../any-character.ts';

const inText = (text: string) => knownAddresses([text], []);

describe('an address in somebody’s words is known', () => {
  it.each([
    ['as it stands', 'see https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['at the end of a sentence', 'Is https://example.com/a right?', 'https://example.com/a'],
    [
      'before a comma and a full stop',
      'https://example.com/a, https://example.com/b.',
      'https://example.com/b',
    ],
    ['in brackets', '(https://example.com/a)', 'https://example.com/a'],
    ['with brackets of its own', 'https://example.com/Foo_(bar)', 'https://example.com/Foo_(bar)'],
    ['with brackets, in brackets', '(see https://example.com/Foo_(bar)).', 'https://example.com/Foo_(bar)'],
    ['as a Markdown link', '[docs](https://example.com/a)', 'https://example.com/a'],
    ['as a Markdown link with a title', '[docs](https://example.com/a "The docs")', 'https://example.com/a'],
    ['as the label of a link', '[https://example.com/a](https://example.com/b)', 'https://example.com/a'],
    ['in angle brackets', '<https://example.com/a>', 'https://example.com/a'],
    ['as Slack writes it', '<https://example.com/a|the docs>', 'https://example.com/a'],
    ['in a table', '|https://example.com/a|2|', 'https://example.com/a'],
    ['in code', '`https://example.com/a`', 'https://example.com/a'],
    ['in bold letters', '**https://example.com/a**', 'https://example.com/a'],
    ['with escaped marks', 'https://example.com/a\\_b\\_c', 'https://example.com/a_b_c'],
    ['copied from HTML', 'https://example.com/?a=1&amp;b=2', 'https://example.com/?a=1&b=2'],
    ['without a scheme', 'read www.example.com/a please', 'https://www.example.com/a'],
    ['without a scheme, by http', 'read www.example.com/a please', 'http://www.example.com/a'],
    ['as a domain alone', 'what does example.com sell?', 'https://example.com/'],
    ['as a domain, asked without a scheme', 'what does example.com sell?', 'example.com'],
    ['with a port', 'example.com:8080/a', 'https://example.com:8080/a'],
    ['in other letters', 'https://bücher.example/straße', 'https://xn--bcher-kva.example/stra%C3%9Fe'],
    ['encoded, asked in letters', 'https://example.com/%D0%9F', 'https://example.com/П'],
    ['encoded in small letters', 'https://example.com/%d0%9f', 'https://example.com/%D0%9F'],
    ['with an encoded letter', 'https://example.com/%7Euser', 'https://example.com/~user'],
    ['before Japanese', 'https://example.com/aを参照。', 'https://example.com/a'],
    ['before a Chinese full stop', '看 https://example.com/a。', 'https://example.com/a'],
    ['in capitals', 'HTTPS://EXAMPLE.COM/A', 'https://example.com/A'],
    ['with the usual port', 'https://example.com:443/a', 'https://example.com/a'],
    ['asked with another fragment', 'https://example.com/a#one', 'https://example.com/a#two'],
    ['with a fragment, asked without', 'https://example.com/a#one', 'https://example.com/a'],
  ])('%s', (_, text, url) => {
    expect(inText(text).has(url)).toBe(true);
  });
});

describe('an address that only resembles a known one is not known', () => {
  it.each([
    ['another query', 'https://example.com/a?b=c', 'https://example.com/a?b=secret'],
    ['a query more', 'https://example.com/a', 'https://example.com/a?q=secret'],
    ['a query less', 'https://example.com/a?b=c', 'https://example.com/a'],
    ['another path', 'https://example.com/a', 'https://example.com/a/secret'],
    ['the path above', 'https://example.com/a/b', 'https://example.com/a/'],
    ['another host', 'https://example.com/a', 'https://secret.example.com/a'],
    ['another port', 'https://example.com/a', 'https://example.com:8443/a'],
    ['http for https', 'https://example.com/a', 'http://example.com/a'],
    ['a password', 'https://example.com/a', 'https://secret:pw@example.com/a'],
    ['other letters', 'https://example.com/a', 'https://example.com/A'],
    ['an encoded slash', 'https://example.com/a/b', 'https://example.com/a%2Fb'],
    ['a beginning of its path', 'https://example.com/abc', 'https://example.com/ab'],
    ['a beginning of its host', 'https://example.com.evil.example/', 'https://example.com/'],
    ['the host of a mail address', 'write to me@example.com', 'https://example.com/'],
    ['a file’s name', 'in notes.txt', 'https://notes.txt/'],
    ['a program', 'javascript:alert(1)', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd', 'file:///etc/passwd'],
    ['nothing', 'https://example.com/', ''],
  ])('%s', (_, text, url) => {
    expect(inText(text).has(url)).toBe(false);
  });
});

describe('the steps of a turn', () => {
  const step = (values: Partial<Step>): Step => ({
    id: '1',
    tool: 'read_page',
    arguments: '{"url":"https://asked.example/"}',
    state: 'done',
    ...values,
  });

  it('know the results of a search, and not what else stands there', () => {
    const sources = [{ number: 1, url: 'https://found.example/a', title: '' }];
    const output = 'source [1] https://found.example/a: see https://other.example/?q=composed';
    const known = knownAddresses([], [step({ tool: 'web_search', output, sources })]);
    expect(known.has('https://found.example/a')).toBe(true);
    expect(known.has('https://other.example/?q=composed')).toBe(false);
  });

  it('know the links of a page that was read', () => {
    const known = knownAddresses([], [step({ output: 'See [the docs](https://linked.example/a).' })]);
    expect(known.has('https://linked.example/a')).toBe(true);
  });

  it('do not know what the model asked for', () => {
    expect(knownAddresses([], [step({ output: 'Nothing.' })]).has('https://asked.example/')).toBe(false);
  });

  it('know nothing of a step that failed', () => {
    const failed = step({ state: 'failed', output: 'https://asked.example/ is not known.' });
    expect(knownAddresses([], [failed]).has('https://asked.example/')).toBe(false);
  });
});

describe('any text', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const address = fc
    .tuple(label, fc.array(fc.stringMatching(/^[a-zA-Z0-9_~-]{1,8}$/), { maxLength: 3 }))
    .map(([host, path]) => `https://${host}.example/${path.join('/')}`);

  it('names the addresses that it holds', () => {
    fc.assert(
      fc.property(address, fc.constantFrom('', '.', ')', '>', '。', ' ', '\n', '"'), (url, after) => {
        expect(inText(`before ${url}${after}`).has(url)).toBe(true);
      }),
    );
  });

  it('names no address that does not stand in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), address, (text, url) => {
        expect(inText(`${text} ${url}`).has(`${url}?q=secret`)).toBe(false);
      }),
    );
  });

  it('gives each address in its one form', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 100 }), (text) => {
        for (const url of addressesIn(`https://a.example/${text} ${text}`))
          expect(pageAddress(url)).toBe(url);
      }),
    );
  });
});
