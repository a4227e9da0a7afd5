/** A link whose label looks like one address and that leads to another. */
import { describe, expect, it } from 'vitest';
import { hostBeside } from '../../src/core/shown-host.ts';

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
