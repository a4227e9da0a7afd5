/** The finding of `doctor` about the tools of the model, as each server behaves. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  refusesWhile,
  repliesJson,
  startModelServer,
  streams,
} from '../../lab/counterparts/model-server.ts';
import { callsTools } from '../../lab/counterparts/model-tools/steps.ts';
import { doctor } from '../harness/doctor.ts';

async function findingWith(behaviour: Behaviour) {
  await using server = await startModelServer();
  server.respondToToolTrial(behaviour);
  const { code, out } = await doctor({ OPENAI_BASE_URL: server.url, OPENAI_MODEL: 'test-model' });
  return { code, finding: /^tools .*$/m.exec(out)?.[0] ?? '' };
}

describe('a model that', () => {
  it('calls tools is fine', async () => {
    const called = streams(callsTools({ name: 'parley_trial', input: { word: 'hello' } }));
    const { code, finding } = await findingWith(called);
    expect(code).toBe(0);
    expect(finding).toMatch(/ok +test-model calls tools/);
  });

  it('takes no tools is told of, with the way out, and fails nothing', async () => {
    const refusal = repliesJson(400, { error: { message: 'test-model does not support tools' } });
    const refused = refusesWhile(({ body }) => body.tools !== undefined, refusal, answers('hello'));
    const { code, finding } = await findingWith(refused);
    expect(code).toBe(0);
    expect(finding).toMatch(/warning +test-model takes no tools.*--enable-auto-tool-choice.*--jinja/);
  });

  it.each([
    '<tool_call>\n{"name": "parley_trial", "arguments": {"word": "hello"}}\n</tool_call>',
    '[TOOL_CALLS][{"name": "parley_trial", "arguments": {"word": "hello"}}]',
    '```json\n{"name": "parley_trial", "parameters": {"word": "hello"}}\n```',
    '<|python_tag|>parley_trial.call(word="hello")',
    '<function=parley_trial><parameter=word>hello</parameter></function>',
    '[TOOL_REQUEST]{"name": "parley_trial"}[END_TOOL_REQUEST]',
    '<｜tool▁calls▁begin｜>function<｜tool▁sep｜>parley_trial',
  ])('writes its calls as text is told of: %s', async (text) => {
    expect((await findingWith(answers(text))).finding).toMatch(
      /warning +.*writes its calls of tools as text/,
    );
  });

  it('answers without a call is noted', async () => {
    expect((await findingWith(answers('Hello.'))).finding).toMatch(/note +.*did not/);
  });

  it('fails says nothing of tools', async () => {
    const { finding } = await findingWith(repliesJson(500, { error: 'no' }));
    expect(finding).toBe('');
  });
});
