import { describe, expect, it } from 'vitest';
import { ConfigError, hideFromLibraries, readConfig } from '../src/config.ts';

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

  it.each([
    ['https://discord.example/api/', 'https://discord.example/api'],
    ['http://127.0.0.1:8080/api', 'http://127.0.0.1:8080/api'],
  ])('reads the address of Discord %s as %s', (given, read) => {
    expect(readConfig({ DISCORD_API_URL: given }).DISCORD_API_URL).toBe(read);
    expect(readConfig({}).DISCORD_API_URL).toBe('https://discord.com/api');
  });

  it.each([
    ['0', 0],
    ['0.5', 0.5],
    ['30', 30],
  ])('keeps the data of a server that was left for %s days', (given, read) => {
    expect(readConfig({ LEFT_SERVER_DAYS: given }).LEFT_SERVER_DAYS).toBe(read);
  });

  it('says what is wrong about Discord, without the token', () => {
    const problems = problemsOf({
      DISCORD_TOKEN: 'canary with a space',
      DISCORD_API_URL: 'discord.com',
      LEFT_SERVER_DAYS: '-1',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DISCORD_TOKEN',
      'DISCORD_API_URL',
      'LEFT_SERVER_DAYS',
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  it('leaves nothing for libraries to pick up by themselves', () => {
    const env = { OPENAI_API_KEY: 'a', OPENAI_CUSTOM_HEADERS: 'b', DISCORD_TOKEN: 'c', PATH: '/bin' };
    hideFromLibraries(env);
    expect(env).toEqual({ PATH: '/bin' });
  });
});
