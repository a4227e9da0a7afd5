import { afterEach, expect, it, vi } from 'vitest';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { listModels } from '../../src/core/models/catalog/catalog.ts';
import { hideFromLibraries } from '../../src/hide-settings.ts';
import { APIS, ask, KEY, modelAt } from './ask.ts';

const OPERATORS = {
  OPENAI_API_KEY: 'sk-operator',
  OPENAI_ADMIN_KEY: 'sk-operator-admin',
  OPENAI_ORG_ID: 'org-operator',
  OPENAI_PROJECT_ID: 'proj-operator',
  OPENAI_WEBHOOK_SECRET: 'whsec-operator',
};

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each(APIS)("%s: nothing of the operator's environment goes out with a tenant's request", async (api) => {
  await using server = await startModelServer();
  await using operators = await startModelServer();
  for (const [name, value] of Object.entries(OPERATORS)) vi.stubEnv(name, value);
  vi.stubEnv('OPENAI_BASE_URL', operators.url);

  await ask(modelAt(server.url, api));
  await ask(modelAt(server.url, api, { provider: { baseUrl: server.url } }));
  await listModels({ baseUrl: server.url });

  expect(operators.requests).toHaveLength(0);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${KEY}`,
    'Bearer none',
  ]);
  for (const { headers } of [...server.requests, ...server.listRequests]) {
    expect(headers).not.toHaveProperty('openai-organization');
    expect(headers).not.toHaveProperty('openai-project');
    expect(JSON.stringify(headers)).not.toContain('operator');
  }
});

it('what the client would take without being asked is out of the environment after the start', async () => {
  await using server = await startModelServer();
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-operator: operator');
  hideFromLibraries(process.env);
  await ask(modelAt(server.url, 'chat'));
  expect(JSON.stringify(server.requests[0]?.headers)).not.toContain('operator');
});

it('what is meant for Parley or the openai client is taken out, and nothing else', () => {
  const env = {
    OPENAI_API_KEY: 'k',
    OPENAI_CUSTOM_HEADERS: 'a: b',
    OPENAI_LOG: 'debug',
    PORT: '1',
    PATH: '/bin',
    PGPASSFILE: '/pg',
  };
  hideFromLibraries(env as unknown as NodeJS.ProcessEnv);
  expect(env).toEqual({ PATH: '/bin', PGPASSFILE: '/pg' });
});

it('leaves no setting, and nothing of libraries, for programs and libraries to pick up', () => {
  const env = {
    OPENAI_API_KEY: 'a',
    OPENAI_CUSTOM_HEADERS: 'b',
    DISCORD_TOKEN: 'c',
    SLACK_BOT_TOKEN: 'd',
    MASTER_KEYS: 'e',
    WEB_TOKEN: 'f',
    STORE_URL: 'postgres://u:p@h/d',
    METRICS_TOKEN_FILE: '/run/secrets/h',
    PORT: '1',
    PATH: '/bin',
  };
  hideFromLibraries(env);
  expect(env).toEqual({ PATH: '/bin' });
});
