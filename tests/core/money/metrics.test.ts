/** Money in `/metrics`: figures that add up, and labels that nobody chooses. */
import { expect, it } from 'vitest';
import { after, startModelServer, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startProgram } from '../../adapters/web/program.ts';
import { METRICS_TOKEN } from '../../fixtures.ts';
import { answersPriced, priced } from '../../harness/money/priced.ts';
import { browserOf, type Parley, startParley } from '../../harness/web.ts';

async function figures({ app: { url } }: Pick<Parley, 'app'>) {
  return figuresAt(url);
}

async function figuresAt(url: string): Promise<Map<string, number>> {
  const known = { headers: { authorization: `Bearer ${METRICS_TOKEN}` } };
  const text = await (await fetch(`${url}/metrics`, known)).text();
  return new Map(
    [...text.matchAll(/^(parley_\S+) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
}

async function started(env: Record<string, string> = {}) {
  const model = await startModelServer();
  const parley = await startParley({
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
    OPENAI_API_KEY: 'sk-operator',
    ...env,
  });
  const browser = parley.browser();
  const conversation = await browser.newConversation();
  return {
    model,
    parley,
    browser,
    async asks(question: string) {
      model.respond(answersPriced('Yes.'));
      return browser.follow(conversation, (await browser.send(conversation, question)).id);
    },
    async [Symbol.asyncDispose]() {
      await parley.app.stop();
      await model.stop();
    },
  };
}

it('tells cost and tokens of each call, with those of the prompt cache', async () => {
  await using bot = await started(await priced());
  await bot.asks('one');
  await bot.asks('two');
  const told = await figures(bot.parley);
  expect(told.get('parley_cost_dollars_total{kind="answer",payer="operator"}')).toBeCloseTo(0.002_56, 8);
  expect(told.get('parley_tokens_total{kind="input"}')).toBe(2_000);
  expect(told.get('parley_tokens_total{kind="cached"}')).toBe(1_600);
  expect(told.get('parley_tokens_total{kind="cache_written"}')).toBe(0);
  expect(told.get('parley_tokens_total{kind="output"}')).toBe(200);
  expect(told.get('parley_reservations_open')).toBe(0);
});

it('counts calls without a price, and no cost for them', async () => {
  await using bot = await started();
  await bot.asks('one');
  const told = await figures(bot.parley);
  expect(told.get('parley_unpriced_calls_total{kind="answer",payer="operator"}')).toBe(1);
  expect(told.get('parley_cost_dollars_total{kind="answer",payer="operator"}')).toBe(0);
});

it('tells the estimate of a call that a killed process left open, once', async () => {
  await using model = await startModelServer();
  model.respond(streams(text('Half of it. '), after(new Promise(() => {}))), answersPriced('All of it.'));
  const env = {
    OPENAI_MODEL: 'test-model',
    OPENAI_API_KEY: 'sk-operator',
    METRICS_TOKEN,
    ...(await priced()),
  };
  await using program = await startProgram(model, env);
  const browser = browserOf(program.url);
  const conversation = await browser.newConversation();
  const { id } = await browser.send(conversation, 'one');
  await model.received(1);
  await program.kill('SIGKILL');
  await program.startHere();
  await browser.follow(conversation, id);
  const told = await figuresAt(program.url);
  const cost = told.get('parley_cost_dollars_total{kind="answer",payer="operator"}') ?? 0;
  expect(cost).toBeGreaterThan(0.001_28);
  // The page reads the books, in which both calls are.
  const page = JSON.stringify(await (await browser.fetch('/api/usage')).json());
  expect(page).toContain(`"value":${Number(cost.toFixed(9))},`);
  expect(told.get('parley_reservations_open')).toBe(0);
});

it('counts what limits refuse, by what they limit', async () => {
  await using bot = await started({ ...(await priced()), SPEND_DAY: '0' });
  await bot.asks('one').catch(() => undefined);
  const told = await figures(bot.parley);
  expect(told.get('parley_limit_refusals_total{of="installation",period="day"}')).toBeGreaterThanOrEqual(1);
});

it('has no label that a person, a tenant or a provider can choose', async () => {
  await using bot = await started({ OPENAI_MODEL: 'a-name-of-a-model' });
  await bot.asks('one');
  const names = [...(await figures(bot.parley)).keys()].join('\n');
  const values = [...names.matchAll(/="([^"]*)"/g)].map(([, value]) => value);
  for (const value of values) expect(value).toMatch(/^(?:[a-z_]{0,16}|[\d.]+|\+Inf)$/);
  expect(names).not.toContain('a-name-of-a-model');
});
