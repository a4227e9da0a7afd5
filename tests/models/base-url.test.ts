import { describe, expect, it } from 'vitest';
import { checkBaseUrl, isOpenAI, normalBaseUrl, OPENAI_BASE_URL } from '../../src/core/models/base-url.ts';

describe('a base URL', () => {
  it.each([
    ['https://api.openai.com/v1', OPENAI_BASE_URL],
    ['https://api.openai.com/v1/', OPENAI_BASE_URL],
    ['https://api.openai.com/v1///', OPENAI_BASE_URL],
    ['https://API.OpenAI.com:443/v1', OPENAI_BASE_URL],
    ['  https://api.openai.com/v1  ', OPENAI_BASE_URL],
    ['https://api.openai.com/x/../v1', OPENAI_BASE_URL],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
    ['http://localhost', 'http://localhost'],
    ['http://localhost/', 'http://localhost'],
    ['http://2130706433:8000/v1', 'http://127.0.0.1:8000/v1'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
    ['https://bücher.example/v1', 'https://xn--bcher-kva.example/v1'],
    ['https://openrouter.ai/api/v1/chat/completions', 'https://openrouter.ai/api/v1'],
    ['https://api.openai.com/v1/responses/', OPENAI_BASE_URL],
    ['https://api.openai.com/v1/models', OPENAI_BASE_URL],
    ['https://api.anthropic.com/v1/messages', 'https://api.anthropic.com/v1'],
    ['https://api.openai.com', OPENAI_BASE_URL],
    ['api.openai.com/v1', OPENAI_BASE_URL],
    ['localhost:11434', 'http://localhost:11434'],
    ['localhost:11434/v1', 'http://localhost:11434/v1'],
    ['http://localhost:11434/api/chat', 'http://localhost:11434'],
    ['ollama:11434/v1', 'http://ollama:11434/v1'],
    ['box.local:8000', 'http://box.local:8000'],
    ['192.168.1.5:8000/v1', 'http://192.168.1.5:8000/v1'],
    ['[::1]:8000/v1', 'http://[::1]:8000/v1'],
    ['openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
    ['8.8.8.8/v1', 'https://8.8.8.8/v1'],
    ['"http://localhost:8000/v1"', 'http://localhost:8000/v1'],
    ['<https://host.example/v1>,', 'https://host.example/v1'],
    ['“https://host.example/v1”', 'https://host.example/v1'],
    ['OPENAI_BASE_URL="https://host.example/v1"', 'https://host.example/v1'],
    ['https://host.example//v1', 'https://host.example/v1'],
    ['https://host/v1?api-version=1', 'https://host/v1?api-version=1'],
    [
      'https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
      'https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21',
    ],
  ])('%s is %s', (text, url) => {
    expect(normalBaseUrl(text)).toBe(url);
    expect(normalBaseUrl(url)).toBe(url);
  });

  it.each([
    '',
    'openai',
    'gpt-6-luna',
    'my server:8000',
    'http:// host/v1',
    'https://host/v1 and more',
    'http//localhost:11434/v1',
    'htp://host/v1',
    'ftp://host/v1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'https://user@host/v1',
    'https://user:password@host/v1',
    'https://:password@host/v1',
    'https://host/v1?key=canary',
    'https://host/v1?api_key=canary&api-version=1',
    'https://host/v1#x',
    'https://',
    `https://host/${'v'.repeat(2_048)}`,
  ])('%s is none', (text) => {
    expect(normalBaseUrl(text)).toBeUndefined();
  });

  it.each([
    ['https://api.openai.com/v1', true],
    ['https://eu.api.openai.com/v1', true],
    ['https://openai.com/v1', false],
    ['https://api.openai.com.evil.example/v1', false],
    ['https://evilapi.openai.com/v1', false],
    ['https://evil.example/api.openai.com/v1', false],
    ['https://res.openai.azure.com/openai/v1', false],
    ['http://localhost:11434/v1', false],
  ])("%s is OpenAI's own: %s", (url, own) => {
    expect(isOpenAI(url)).toBe(own);
  });
});

describe('a base URL of a tenant’s own', () => {
  it.each([
    ['off', 'https://a.example/v1', { problem: 'off' }],
    ['off', 'nonsense', { problem: 'off' }],
    ['public', 'https://a.example/v1/', { baseUrl: 'https://a.example/v1' }],
    ['public', 'http://a.example/v1', { problem: 'https' }],
    ['public', 'localhost:11434', { problem: 'https' }],
    ['public', 'a.example/v1/chat/completions', { baseUrl: 'https://a.example/v1' }],
    ['any', 'https://me:canary@a.example/v1', { problem: 'secret' }],
    ['any', 'http://localhost:11434/v1', { baseUrl: 'http://localhost:11434/v1' }],
    ['any', 'ftp://a.example', { problem: 'form' }],
  ] as const)('under %s, %s', (policy, given, checked) => {
    expect(checkBaseUrl(given, policy)).toEqual(checked);
  });
});
