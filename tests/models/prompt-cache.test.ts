import { describe, expect, it } from 'vitest';
import { answers, fails, startModelServer } from '../../lab/counterparts/model-server.ts';
import { ask, modelAt } from './ask.ts';

describe('the prompt cache of OpenAI', () => {
  it.each([
    ['gpt-6-luna', false],
    ['gpt-6.1-sol', false],
    ['gpt-6.2-astra', true],
    ['openai/gpt-6.10-sol', true],
    ['ft:gpt-7:acme::x1', true],
    ['gpt-oss-120b', false],
  ])('Responses have the instructions of %s where its prompt cache covers them', async (model, isFirst) => {
    await using server = await startModelServer();
    await ask(modelAt(server.url, 'responses', { model }));
    const { instructions, input } = server.requests[0]?.body ?? {};
    const asked = { role: 'user', content: 'Hello?' };
    expect({ instructions, input }).toEqual(
      isFirst
        ? { instructions: undefined, input: [{ role: 'developer', content: 'Be brief.' }, asked] }
        : { instructions: 'Be brief.', input: [asked] },
    );
  });

  it('a model that refuses a developer message is asked without one', async () => {
    await using server = await startModelServer();
    server.respond(
      fails(400, { message: "Invalid value: 'developer'.", param: 'input[0].role', code: 'invalid_value' }),
      answers('Without.'),
    );
    const answer = await ask(modelAt(server.url, 'responses', { model: 'gpt-6.2-sol' }));
    expect(answer.text).toBe('Without.');
    expect(server.requests[1]?.body.input).toEqual([{ role: 'user', content: 'Be brief.\n\nHello?' }]);
  });
});
