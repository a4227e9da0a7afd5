import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('config', () => {
  it('needs nothing to be set', () => {
    expect(readConfig({})).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', OPENAI_API: 'auto', WEB: 'on' });
  });

  it('takes an empty value for one that is not set', () => {
    expect(readConfig({ PORT: '', OPENAI_API_KEY: ' ', MASTER_KEYS: '' })).toEqual(readConfig({}));
  });

  it('reports every problem at once, each naming its variable', () => {
    const problems = problemsOf({
      PORT: 'http',
      OPENAI_API: 'soap',
      OPENAI_BASE_URL: 'localhost:11434',
      MODEL_STALL_TIMEOUT: '-1',
      STORE_URL: 'redis://x',
      MASTER_KEYS: 'short',
      PUBLIC_URL: 'parley.example.com',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(
      [
        'PORT',
        'OPENAI_API',
        'OPENAI_BASE_URL',
        'MODEL_STALL_TIMEOUT',
        'STORE_URL',
        'MASTER_KEYS',
        'PUBLIC_URL',
        'LOG_LEVEL',
      ].sort(),
    );
    for (const problem of problems) expect(problem).toMatch(/ must /);
  });

  it('does not repeat a secret that is malformed', () => {
    const problems = problemsOf({
      MASTER_KEYS: 'id:canary!',
      OPENAI_BASE_URL: 'https://user:canary@host/v1',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
  ])('reads the base URL %s as %s', (given, read) => {
    expect(readConfig({ OPENAI_BASE_URL: given }).OPENAI_BASE_URL).toBe(read);
  });
});
