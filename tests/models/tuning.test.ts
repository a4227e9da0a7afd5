/** A tenant's choices about how a model answers are sent along if the model takes them. */
import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  CANARY,
  fails,
  refusesParameter,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { APIS, ask, modelAt } from './ask.ts';

const EFFORT: Record<Api, string> = { responses: 'reasoning', chat: 'reasoning_effort' };

/** As OpenAI says that it does not take a value, or the parameter at all. */
function refusesEffort(api: Api, value: string, otherwise: Behaviour): Behaviour {
  const refusal = fails(400, {
    message: `Unsupported value: '${value}' is not supported with this model ${CANARY}`,
    code: 'unsupported_value',
    param: api === 'responses' ? 'reasoning.effort' : 'reasoning_effort',
  });
  return (exchange) =>
    (JSON.stringify(exchange.request.body[EFFORT[api]] ?? '').includes(value) ? refusal : otherwise)(
      exchange,
    );
}

describe.each(APIS)('%s', (api) => {
  it('temperature and effort go along once they are chosen, to any server', async () => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, api));
    await ask(modelAt(server.url, api, { tuning: { temperature: 0, effort: 'low' } }));
    const [without, chosen] = server.requests.map(({ body }) => body);
    expect(without).not.toHaveProperty('temperature');
    expect(without).not.toHaveProperty(EFFORT[api]);
    expect(chosen?.temperature).toBe(0);
    expect(chosen?.[EFFORT[api]]).toEqual(api === 'responses' ? { effort: 'low' } : 'low');
  });

  it('a model that takes no temperature answers without it, and is not asked with it again', async () => {
    await using server = await startModelServer();
    server.respond(refusesParameter('temperature', answers('Without.')));
    const tuning = { temperature: 0.2, effort: 'low' } as const;
    const once = await ask(modelAt(server.url, api, { model: 'takes-none', tuning }));
    expect(once).toMatchObject({ text: 'Without.', statuses: [], end: { end: 'stop' } });
    await ask(modelAt(server.url, api, { model: 'takes-none', tuning }));
    expect(server.requests.map(({ body }) => 'temperature' in body)).toEqual([true, false, false]);
    for (const { body } of server.requests) expect(body).toHaveProperty(EFFORT[api]);
  });

  it('an effort that a model does not know is left out, and another one is still tried', async () => {
    await using server = await startModelServer();
    server.respond(refusesEffort(api, 'minimal', answers('Anyway.')));
    const answer = (effort: 'minimal' | 'low') =>
      ask(modelAt(server.url, api, { model: 'picky', tuning: { effort } }));
    expect((await answer('minimal')).text).toBe('Anyway.');
    await answer('minimal');
    await answer('low');
    expect(server.requests.map(({ body }) => EFFORT[api] in body)).toEqual([true, false, false, true]);
  });

  it('a server that says it in words alone is understood', async () => {
    await using server = await startModelServer();
    server.respond(
      fails(400, { message: `temperature is deprecated for this model ${CANARY}` }),
      answers('Without.'),
    );
    const answer = await ask(modelAt(server.url, api, { model: 'wordy', tuning: { temperature: 1 } }));
    expect(answer.text).toBe('Without.');
    expect(server.requests[1]?.body).not.toHaveProperty('temperature');
  });

  it('a temperature that a model refuses whose name is that of pictures is left out', async () => {
    await using server = await startModelServer();
    const message = `Unsupported parameter: 'temperature' is not supported with gpt-image-9 ${CANARY}`;
    server.respond(fails(400, { message }), answers('Without.'));
    const answer = await ask(modelAt(server.url, api, { model: 'gpt-image-9', tuning: { temperature: 1 } }));
    expect(answer.text).toBe('Without.');
  });

  it.each(['"llama3" does not support thinking', 'reasoning is not supported by this model'])(
    'an effort that a server without reasoning refuses is left out: %s',
    async (message) => {
      await using server = await startModelServer();
      server.respond(fails(400, { message: `${message} ${CANARY}` }), answers('Without.'));
      const answer = await ask(modelAt(server.url, api, { model: 'plain', tuning: { effort: 'high' } }));
      expect(answer.text).toBe('Without.');
      expect(server.requests[1]?.body).not.toHaveProperty(EFFORT[api]);
    },
  );

  it('a refusal of what was not sent is the end of it', async () => {
    await using server = await startModelServer();
    server.respond(fails(400, { code: 'unsupported_parameter', param: 'temperature' }));
    const { end } = await ask(modelAt(server.url, api, { model: 'odd' }));
    expect(end).toMatchObject({ end: 'error', failure: { kind: 'request', parameter: 'temperature' } });
    expect(server.requests).toHaveLength(1);
  });
});
