/** The page gets the steps of an answer with tools while they run: two searches and one page. */
import { expect, it } from 'vitest';
import { startModelServer } from '../../../lab/counterparts/model-server.ts';
import type { TurnEvents } from '../../../src/adapters/web/api.ts';
import {
  ANSWER,
  expectLookedUp,
  QUESTION,
  SAYS,
  sourced,
  startLookingUp,
} from '../../harness/tools/looking-up.ts';
import { parseEvents, startParley } from '../../harness/web.ts';

it.each(['responses', 'chat'] as const)('each step comes while it runs, by the %s API', async (api) => {
  await using looking = await startLookingUp(api);
  const model = await startModelServer();
  await using parley = await startParley({ ...looking.env, OPENAI_BASE_URL: model.url });
  looking.plays(model, ANSWER);
  const browser = parley.browser();
  const conversation = await browser.newConversation();
  const turn = await browser.send(conversation, QUESTION);
  looking.begin();
  const running: string[] = [];
  const events = await browser.fetch(`/api/conversations/${conversation}/turns/${turn.id}/events`);
  let sent = '';
  for await (const bytes of events.body ?? []) {
    sent += new TextDecoder().decode(bytes);
    const steps = parseEvents(sent.slice(0, sent.lastIndexOf('\n\n') + 2)).filter(
      ({ name }) => name === 'steps',
    );
    const { steps: now = [] } = (steps.at(-1)?.data ?? {}) as Partial<TurnEvents['steps']>;
    const step = now.find(({ state }) => state === 'running');
    if (!step || running.includes(step.says)) continue;
    running.push(step.says);
    looking.steps[running.length - 1]?.open();
  }
  expect(running).toEqual(SAYS);
  expectLookedUp(model, looking);
  const [kept] = await browser.turns(conversation);
  expect(kept?.answer).toBe(`I look it up.\n\n${sourced(looking.urls)}`);
  expect(kept?.steps?.map(({ says, state }) => [says, state])).toEqual(SAYS.map((says) => [says, 'done']));
  await model.stop();
});
