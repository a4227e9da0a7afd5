/** The small line under an answer at the page. */
import { expect, it } from 'vitest';
import { startModelServer } from '../../../lab/counterparts/model-server.ts';
import { answersPriced, FOOTER, priced } from '../../harness/money/priced.ts';
import { startParley } from '../../harness/web.ts';

it('is in the answer’s end as it is read live, and in each answer of the list while it is wanted', async () => {
  await using model = await startModelServer();
  await using parley = await startParley({
    ...(await priced()),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
  });
  const browser = parley.browser();
  const conversation = await browser.newConversation();
  const chooses = (footer: string) => browser.fetch('/api/settings', { method: 'PATCH', json: { footer } });
  const footers = async () => (await browser.turns(conversation)).map(({ footer }) => footer);
  const asks = async (question: string) => {
    model.respond(answersPriced('Counted.'));
    return browser.follow(conversation, (await browser.send(conversation, question)).id);
  };
  expect((await asks('first')).footer).toBeUndefined();
  await chooses('cost');
  const { text, footer } = await asks('second');
  const plain = FOOTER.replaceAll('`', '');
  expect([text, footer]).toEqual(['Counted.', plain]);
  expect(await footers()).toEqual([plain, plain]);
  await chooses('off');
  expect(await footers()).toEqual([undefined, undefined]);
});
