import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { hostedSearch } from '../../src/tools/search/hosted.ts';

const read = (WEB_SEARCH: string) => readConfig({ WEB_SEARCH }).WEB_SEARCH;

describe('WEB_SEARCH', () => {
  it.each([
    ['', { by: 'auto' }],
    ['off', { by: 'off' }],
    [' openai ', { by: 'openai' }],
    ['searxng:http://searxng:8080', { by: 'searxng', url: 'http://searxng:8080' }],
    [
      'searxng:https://search.example.com/searxng/',
      { by: 'searxng', url: 'https://search.example.com/searxng' },
    ],
    ['searxng:http://me:p%40ss@host/', { by: 'searxng', url: 'http://host', login: 'me:p@ss' }],
    ['brave:BSA_x-1', { by: 'brave', key: 'BSA_x-1', url: 'https://api.search.brave.com' }],
    ['tavily:tvly-x', { by: 'tavily', key: 'tvly-x', url: 'https://api.tavily.com' }],
    ['tavily:tvly-x@http://proxy:1/t', { by: 'tavily', key: 'tvly-x', url: 'http://proxy:1/t' }],
  ])('takes %j', (text, setting) => {
    expect(read(text)).toEqual(setting);
  });

  it.each([
    'on',
    'google:key',
    'searxng:',
    'searxng:example.com',
    'searxng:ftp://example.com',
    'searxng:https://example.com/?q=',
    'brave:',
    'brave: ',
    'brave:two words',
    'brave:key@example.com',
    'tavily',
    'auto,off',
  ])('refuses %j in a sentence', (text) => {
    expect(() => read(text)).toThrow(/^WEB_SEARCH must be auto, openai, off, searxng:/);
  });
});

describe('the search of the provider itself', () => {
  const openai = { baseUrl: 'https://api.openai.com/v1' };
  const proxy = { baseUrl: 'https://proxy.example/v1' };

  it.each([
    ['auto', 'at OpenAI', openai, 'responses', true],
    ['auto', 'at OpenAI by Chat Completions, which has none', openai, 'chat', false],
    ['auto', 'elsewhere', proxy, 'responses', false],
    ['openai', 'elsewhere', proxy, 'responses', true],
    ['openai', 'elsewhere by Chat Completions', proxy, 'chat', false],
    ['off', 'at OpenAI', openai, 'responses', false],
    ['brave', 'at OpenAI', openai, 'responses', false],
    ['auto', 'of the demo', null, 'responses', false],
  ] as const)('is with %s, %s: %#', (by, _, provider, api, isHosted) => {
    expect(hostedSearch({ by }, { provider, api })).toBe(isHosted);
  });
});
