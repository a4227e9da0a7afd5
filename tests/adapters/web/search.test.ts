/** Searching one's conversations over the API. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import type { SearchHit, SearchHits } from '../../../src/adapters/web/api/search.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';

let model: ModelServer;
let parley: Parley;
const env = () => ({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });

beforeEach(async () => {
  model = await startModelServer();
  model.respond(answers('The Sagrada Família stands in Barcelona.'));
  parley = await startParley(env());
});
afterEach(async () => {
  await parley.app.stop();
  await model.stop();
});

const search = (browser: Browser, query: string) =>
  browser.get<SearchHits>(`/api/search?${new URLSearchParams({ q: query })}`);
const find = async (browser: Browser, query: string): Promise<SearchHit[]> =>
  (await search(browser, query)).hits;
async function told(browser: Browser, text: string): Promise<{ id: string; turn: string }> {
  const id = await browser.newConversation();
  const { id: turn } = await browser.send(id, text);
  await browser.follow(id, turn);
  return { id, turn };
}
const marked = ({ snippet, marks }: SearchHit) => marks.map(([from, to]) => snippet.slice(from, to));
const remove = (browser: Browser, path: string) => browser.fetch(path, { method: 'DELETE' });

describe('a search', () => {
  it('finds words of messages, answers and titles, marked, whatever their case and accents', async () => {
    const browser = parley.browser();
    const { id, turn } = await told(browser, 'Which church should I see?\nAnd which museum?');
    await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'Sightseeing' } });
    const [answer] = await find(browser, 'SAGRADA familia');
    expect(answer).toMatchObject({
      conversation: id,
      title: 'Sightseeing',
      turn: { id: turn },
      of: 'answer',
    });
    expect(answer && marked(answer)).toEqual(['Sagrada', 'Família']);
    const [message] = await find(browser, 'muse');
    expect(message).toMatchObject({ of: 'message', snippet: 'Which church should I see? And which museum?' });
    expect(message && marked(message)).toEqual(['museum']);
    expect(await find(browser, 'sights')).toMatchObject([
      { of: 'title', turn: null, snippet: 'Sightseeing' },
    ]);
    expect(await find(browser, 'museum barcelona')).toHaveLength(1);
    expect(await find(browser, 'museum madrid')).toEqual([]);
  });

  it('finds words of languages without spaces', async () => {
    const browser = parley.browser();
    await told(browser, '明日の会議の議事録を要約してください');
    await told(browser, '请帮我写一封求职信');
    await told(browser, 'ช่วยวางแผนเดินทางไปเชียงใหม่');
    for (const word of ['会議', '求职', 'เดินทาง']) {
      const [hit] = await find(browser, word);
      expect(hit && marked(hit).join(''), word).toContain(word);
    }
  });

  it('puts the words side by side before the others, and the newest first', async () => {
    const browser = parley.browser();
    const [apart, old, fresh] = [
      await told(browser, 'a blue car and a red whale'),
      await told(browser, 'a blue whale'),
      await told(browser, 'the blue whale again'),
    ];
    const hits = await find(browser, 'blue whale');
    const texts = hits.filter(({ of }) => of === 'message').map(({ conversation }) => conversation);
    expect(texts).toEqual([fresh.id, old.id, apart.id]);
  });

  it('shows what has most of the words, rare words first, where few texts have all', async () => {
    const browser = parley.browser();
    model.respond(answers('Noted.'));
    const asked = await told(browser, 'Bake the Gruyère tart at 180 °C in the oven');
    await told(browser, 'the oven is the same as the stove');
    await told(browser, 'the bread');
    const { hits, some } = await search(browser, 'what temperature must the oven have with gruyere');
    expect(hits).toEqual([]);
    const [best] = some.filter(({ of }) => of === 'message');
    expect(best).toMatchObject({ conversation: asked.id, words: ['the', 'gruyere', 'oven'] });
    expect(some.map(({ snippet }) => snippet)).not.toContain('the bread');
    const whole = await search(browser, 'oven gruyere');
    expect(whole.hits.map(({ of }) => of)).toEqual(['title', 'message']);
    expect(whole.some.every(({ snippet }) => !snippet.includes('Gruyère'))).toBe(true);
    expect(await search(parley.browser(), 'what temperature must the oven have')).toEqual({
      hits: [],
      some: [],
    });
  });

  it.each([
    ['keeper’s bread', "The keeper's bread"],
    ["keeper's bread", 'The keeper’s bread'],
    ['strasse', 'Die Stra\u00adße'],
  ])('finds %s in "%s"', async (query, text) => {
    const browser = parley.browser();
    await told(browser, text);
    expect((await find(browser, query)).map(({ of }) => of)).toEqual(['title', 'message']);
  });

  it('shows a passage with as many of the words as it can hold', async () => {
    const browser = parley.browser();
    const filler = 'and so it goes on and on '.repeat(20);
    model.respond(
      answers(`An oven. ${filler} The oven for Gruyère ${filler} needs a high temperature ${filler}`),
    );
    await told(browser, 'Tell me');
    const [hit] = await find(browser, 'oven gruyere temperature');
    expect(hit && marked(hit)).toEqual(['oven', 'Gruyère', 'temperature']);
    expect(hit?.snippet).toMatch(/^….* The oven for Gruyère .*… .* high temperature .*…$/);
    expect(hit?.snippet.length).toBeLessThan(260);
  });

  it('shows no marks of Markdown in a passage of an answer', async () => {
    const browser = parley.browser();
    model.respond(
      answers(
        [
          '## The **walrus** of [the *north*](https://north.example/seals_(big)?a=1 "T")',
          '',
          '> - [x] runs `walrus --fast` \\* for $x_1 + y$ and \\(z\\), $5 a piece[^1]',
          '',
          '| Name | Sea |',
          '|:-----|----:|',
          '| walrus_one | [`Kara`][k] |',
          '',
          '```js',
          'const walrus = `a` * 2 | 3;',
          '```',
          '[k]: https://kara.example/',
        ].join('\n'),
      ),
    );
    await told(browser, 'Tell me');
    const [hit] = await find(browser, 'walrus');
    expect(hit?.snippet).toBe(
      'The walrus of the north runs walrus --fast * for x_1 + y and z, $5 a piece Name · Sea walrus_one · Kara const walrus = `a` * 2 | 3;',
    );
    expect(hit && marked(hit)).toEqual(['walrus', 'walrus', 'walrus', 'walrus']);
    expect(await find(browser, 'kara.example')).toMatchObject([{ of: 'answer', marks: [], words: [] }]);
  });

  it('finds by the new folding what an earlier Parley has indexed', async () => {
    const browser = parley.browser();
    await told(browser, 'The keeper’s bread');
    await parley.app.stop();
    const file = readdirSync(parley.folder).find((name) => name.endsWith('-search')) ?? '';
    const index = new DatabaseSync(join(parley.folder, file));
    index.exec(
      `UPDATE facts SET name = 'filled'; UPDATE words SET text = replace(text, 'keeper s keepers', 'keeper’s')`,
    );
    index.close();
    parley = await startParley(env(), parley.folder);
    const again = browser.at(parley.app.url);
    await expect.poll(async () => (await find(again, "keeper's")).length).toBe(2);
  });

  it('finds nothing of another person, and nothing that was deleted', async () => {
    const [mine, theirs] = [parley.browser(), parley.browser()];
    const kept = await told(mine, 'A walrus, twice');
    const gone = await told(mine, 'One walrus more');
    const again = await mine.send(kept.id, 'Yet another walrus');
    await mine.follow(kept.id, again.id);
    await told(theirs, 'Something else');
    expect(await find(theirs, 'walrus')).toEqual([]);
    await remove(mine, `/api/conversations/${gone.id}`);
    await remove(mine, `/api/conversations/${kept.id}/turns/${again.id}`);
    expect((await find(mine, 'walrus')).map(({ turn }) => turn?.id ?? null)).toEqual([null, kept.turn]);
    await mine.fetch(`/api/conversations/${kept.id}`, { method: 'PATCH', json: { title: 'Seals' } });
    expect(await find(mine, 'walrus')).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['signs alone', '"*()-:^{}[]\\\'&|!<>~ … 。'],
    ['the query languages', '"a" OR walrus NEAR(b c, 2) NOT -x column:y ^z a* \'q\':* & | ! <-> \\'],
    ['quotes that are left open', `walrus "' ' "" '`],
    ['ten thousand characters', 'walrus '.repeat(1_500)],
    ['one word of ten thousand', 'w'.repeat(10_000)],
    ['half a surrogate pair and NUL', 'walrus \ud800 \u0000'],
  ])('takes %s', async (_, query) => {
    const browser = parley.browser();
    await told(browser, 'One walrus');
    const response = await browser.fetch(`/api/search?q=${encodeURIComponent(query.toWellFormed())}`);
    expect(response.status).toBe(200);
  });

  it('finds all that was said before there was an index, and after a crash of it', async () => {
    const browser = parley.browser();
    await told(browser, 'An old walrus');
    await parley.app.stop();
    for (const name of readdirSync(parley.folder).filter((each) => each.includes('-search')))
      rmSync(join(parley.folder, name));
    parley = await startParley(env(), parley.folder);
    const again = browser.at(parley.app.url);
    await expect.poll(async () => (await find(again, 'walrus')).length).toBe(2);
  });

  it('finds what is said on branches, once, and not what was taken out of them', async () => {
    const browser = parley.browser();
    const { id, turn } = await told(browser, 'One walrus');
    const { id: last } = await browser.send(id, 'A second walrus');
    await browser.follow(id, last);
    const branch = randomUUID();
    const edited = { id: branch, text: 'A sealcanary and a walrus' };
    await browser.fetch(`/api/conversations/${id}/turns/${last}/edit`, { method: 'POST', json: edited });
    await browser.follow(id, branch);
    const places = async (one: Browser, query: string) =>
      (await find(one, query)).flatMap((hit) => (hit.turn ? [[hit.branch, hit.turn.id]] : []));
    const all = [
      [branch, branch],
      [null, last],
      [null, turn],
    ];
    expect(await places(browser, 'walrus')).toEqual(all);
    await parley.app.stop();
    for (const name of readdirSync(parley.folder).filter((each) => each.includes('-search')))
      rmSync(join(parley.folder, name));
    parley = await startParley(env(), parley.folder);
    const again = browser.at(parley.app.url);
    await expect.poll(() => places(again, 'walrus')).toEqual(all);
    await remove(again, `/api/conversations/${id}/turns/${branch}?branch=${branch}`);
    expect(await places(again, 'walrus')).toEqual(all.slice(1));
    const holds = () =>
      readdirSync(parley.folder).filter((name) =>
        readFileSync(join(parley.folder, name), 'latin1').includes('sealcanary'),
      );
    await expect.poll(holds).toEqual([]);
  });

  it('leaves no word of a deleted conversation in the files', async () => {
    const browser = parley.browser();
    await told(browser, 'kept words stay here');
    const { id } = await told(browser, 'CANARYWALRUS is a secret');
    expect(await find(browser, 'canarywalrus')).not.toEqual([]);
    const holds = () =>
      readdirSync(parley.folder).filter((name) =>
        /canarywalrus/i.test(readFileSync(join(parley.folder, name), 'latin1')),
      );
    expect(holds()).not.toEqual([]);
    await remove(browser, `/api/conversations/${id}`);
    await expect.poll(holds).toEqual([]);
  });
});
