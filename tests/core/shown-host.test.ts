/** A link whose label looks like one address and that leads to another. */
import { describe, expect, it } from 'vitest';
import { hostBehind, hostBeside } from '../../src/core/text/shown-host.ts';

const EVIL = 'https://evil.example/login';

describe('shows where a link leads whose label looks like another address', () => {
  it.each([
    ['https://bank.example'],
    ['http://bank.example/login?x=1'],
    ['bank.example'],
    ['BANK.EXAMPLE'],
    ['www.bank.example'],
    ['Log in at bank.example now'],
    ['(bank.example)'],
    ['bank.example.'],
    ['bank%2Eexample'],
    ['https%3A%2F%2Fbank.example'],
    ['https://bank%2eexample%'],
    ['ban\u200bk.exam\u2060ple'],
    ['bank\u202e.example'],
    ['bank．example'],
    ['bank。example'],
    ['bank․example'],
    ['https：//bank.example'],
    ['https:⁄⁄bank.example'],
    ['https:\\\\bank.example'],
    ['bаnk.example'],
    ['xn--bnk-5cd.example'],
    ['банк.рф'],
    ['ann@bank.example'],
    ['https://evil.example@bank.example'],
    ['https://bank.example@evil.example'],
    ['evil.example bank.example'],
    ['evil.example.bank.example'],
    ['192.168.0.1'],
    ['http://localhost:3000'],
    ['bank.example:443'],
    ['//bank.example/'],
    ['ftp://bank.example'],
    ['https://evil.example, see bank.example'],
    ['🔒bank.example✓'],
    ['bank.example–login'],
    ['bank.example-login'],
    ['-bank.example_'],
    ['Login/bank.example'],
    ['x?bank.example'],
    ['x=bank.example'],
    ['bank\u200a.\u202fexample'],
    ['bank٠example'],
    ['bankꓸexample'],
    ['bank.ехаmрle'],
    ['bank.сом'],
    ['bank.ᴄᴏᴍ'],
    ['bank.ⓒⓞⓜ'],
    ['bank.c\u0332om'],
    ['点击bank。com'],
    ['银行。中国'],
    ['bank.xn--p1ai'],
    ['bank.onion'],
    ['bank.local'],
    ['router.home.arpa'],
    ['localhost:3000'],
    ['0x7f.0.0.1'],
    ['0177.0.0.1'],
    ['http://2130706433'],
    ['see:192.168.0.1'],
    ['::1'],
    ['[fe80::1%eth0]:80'],
    ['bank.example@evil.example'],
    [`${'a '.repeat(150)}bank.example`],
    [`${'a'.repeat(3_000)} bank.example`],
    ['a '.repeat(3_000)],
    ['bank.md'],
    ['bank.zip'],
    ['lib.rs'],
    ['https://README.md'],
    ['www.README.md'],
    ['README.md/login'],
    ['readme.md'],
  ])('%j', (label) => {
    expect(hostBeside(label, EVIL)).toBe('evil.example');
  });

  it.each([
    ['bank.example', 'https://bank.example@evil.example/', 'evil.example'],
    ['bank.example', 'https://bank.example.evil.example/', 'bank.example.evil.example'],
    ['bank.example', 'https://evil%2Eexample/bank.example', 'evil.example'],
    ['bаnk.example', 'https://bаnk.example', 'xn--bnk-6cd.example'],
    ['bank.example', 'mailto:ann@evil.example', 'evil.example'],
    ['bank.example', 'https://ev*il_x.example/', 'ev%2Ail%5Fx.example'],
    ['bank.example', 'https://[::1]/', '[::1]'],
    ['bank.example', 'https://evil.example:99999/', 'evil.example:99999'],
  ])('%j for %j is %j', (label, url, host) => {
    expect(hostBeside(label, url)).toBe(host);
  });
});

describe('shows nothing beside', () => {
  it.each([
    ['the docs', EVIL],
    ['Node.js', 'https://nodejs.org'],
    ['package.json', EVIL],
    ['v1.2.3', EVIL],
    ['3.14', EVIL],
    ['os.path.join', EVIL],
    ['fs.readFile()', EVIL],
    ['next.config.js', EVIL],
    ['a.b.c()', EVIL],
    ['tests/test_names.py', EVIL],
    ['README.md', 'https://github.com/a/b/blob/main/README.md'],
    ['CODE_OF_CONDUCT.md', EVIL],
    ['main.rs:42', EVIL],
    ['std::dead::beef', EVIL],
    ['12:30:45', EVIL],
    ['下载。谢谢', EVIL],
    ['http://0x7f.1/', 'http://127.0.0.1'],
    ['[::1]:80', 'http://[0:0::1]/'],
    ['e.g. this', EVIL],
    ['evil.example', EVIL],
    ['https://evil.example/other', EVIL],
    ['www.evil.example', EVIL],
    ['evil.example', 'https://www.evil.example/'],
    ['a@evil.example', 'mailto:b@evil.example'],
    ['https://evil.example:8080/', EVIL],
    ['', EVIL],
  ])('%j', (label, url) => {
    expect(hostBeside(label, url)).toBeUndefined();
  });
});

describe('of an address that is its own label', () => {
  it.each([
    ['https://bank.example@evil.example/', 'evil.example'],
    ['https://bаnk.example/', 'xn--bnk-6cd.example'],
    ['https://bank.example⁄login.evil.example/', 'bank.xn--examplelogin-xk0g.evil.example'],
  ])('%j leads to %j', (url, host) => {
    expect(hostBehind(url)).toBe(host);
  });

  it.each([['https://bank.example/a@b'], ['https://例え.jp/x'], ['http://[::1]/']])(
    '%j leads there',
    (url) => {
      expect(hostBehind(url)).toBeUndefined();
    },
  );
});
