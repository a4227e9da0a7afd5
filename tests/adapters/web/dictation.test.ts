/** Speech on the page: dictated to the provider, and answers read aloud by the browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  fails,
  type ModelServer,
  repliesJson,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import { languageOf } from '../../../src/adapters/web/page/conversation/read-aloud/language-of.ts';
import { type Browser as Client, type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { box, button, draft, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'speech on the page'
  : 'speech on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const dictate = (client: Client, body: Uint8Array<ArrayBuffer>, type = 'audio/webm;codecs=opus') =>
  client.fetch('/api/dictation', { method: 'POST', body, headers: { 'content-type': type } });
const SPEECH = new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3]);

describe('dictated speech', () => {
  it('is written down by the provider, booked, and kept nowhere', async () => {
    await using model = await startModelServer();
    model.respond(repliesJson(200, { text: 'where is the otter' }));
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const client = parley.browser();
    await client.state();
    const said = await dictate(client, SPEECH);
    expect(await said.json()).toEqual({ text: 'where is the otter' });
    expect(model.requests.at(-1)?.path).toContain('/audio/transcriptions');
    const usage = await client.get<{ figures: unknown }>('/api/usage?month=&by=kind');
    expect(JSON.stringify(usage.figures)).toMatch(/transcri|voice/i);
    expect(parley.log.join('')).not.toContain('otter');
    expect((await client.state()).conversations).toEqual([]);
  });

  it('is refused with a sentence where it is no audio, empty, too long, or nobody can hear it', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const client = parley.browser();
    await client.state();
    expect((await dictate(client, SPEECH, 'text/html')).status).toBe(415);
    expect((await dictate(client, new Uint8Array())).status).toBe(400);
    expect((await dictate(client, new Uint8Array(6 * 2 ** 20 + 1))).status).toBe(413);
    expect(model.requests).toEqual([]);
    model.respond(fails(404));
    const failed = await dictate(client, SPEECH);
    expect(failed.status).toBe(422);
    expect(await failed.text()).toMatch(/"message":"[^"]{20,}/);
    await using demo = await startParley();
    const other = demo.browser();
    await other.state();
    expect(await (await dictate(other, SPEECH)).text()).toContain('demo cannot hear');
  });
});

describe('the language of an answer', () => {
  it.each([
    ['The otter is an animal that lives in the water and on land.', 'en'],
    ['Der Otter ist ein Tier, das im Wasser und an Land lebt.', 'de'],
    ['La loutre est une bête qui vit dans les rivières et pas en mer.', 'fr'],
    ['カワウソは水と陸にすむ動物です。', 'ja'],
    ['水獭是一种动物。', 'zh'],
    ['ثعلب الماء حيوان', 'ar'],
    ['12 34 56', undefined],
  ])('of %j is %s', (text, tag) => {
    expect(languageOf(text)).toBe(tag);
  });
});

/** Runs in the browser: speech that ends when the test says so. */
function fakeSpeech(): void {
  const spoken: SpeechSynthesisUtterance[] = [];
  const fake = { speak: (one: SpeechSynthesisUtterance) => spoken.push(one), cancel: () => spoken.splice(0) };
  Object.defineProperty(globalThis, 'speechSynthesis', { value: fake });
  Object.assign(globalThis, {
    spoken: () => spoken.map(({ text, lang }) => `${lang}: ${text}`),
    endSpeech: () => spoken.at(-1)?.onend?.(new Event('end') as SpeechSynthesisEvent),
  });
}

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '', [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ]);
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  const open = async (options = {}, script = 'void 0') => {
    here = await visit(browser, parley.app.url, options);
    await here.page.addInitScript(script);
    await here.page.reload();
    await loaded(here.page);
    return here.page;
  };
  const failWith = (name: string) =>
    `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', '${name}'); }`;

  it('is recorded, and its transcript stands at the end of the message', async () => {
    model.respond(repliesJson(200, { text: 'and their young' }));
    const page = await open();
    await box(page).fill('Otters');
    await button(page, 'Dictate').click();
    await button(page, 'Stop dictating').click();
    await expect.poll(() => draft(page)).toBe('Otters and their young');
    await button(page, 'Dictate').waitFor();
    expect(here.complaints).toEqual([]);
  });

  it.each([
    ['NotAllowedError', 'Allow the microphone'],
    ['NotFoundError', 'no microphone on this device'],
    ['NotReadableError', 'gives the page no microphone'],
  ])('ends with a sentence after %s, and can be tried again', async (name, sentence) => {
    const page = await open({ viewport: { width: 320, height: 700 } }, failWith(name));
    await button(page, 'Dictate').click();
    await page.getByRole('alert').getByText(sentence).waitFor();
    await button(page, 'Dictate').waitFor();
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('reads an answer aloud without its code, in its language, and stops', async () => {
    model.respond(
      answers('# The otter\n\nIt is an animal of the water.\n\n```js\nsecret()\n```\n\nThat is it.'),
    );
    const page = await open({}, `(${fakeSpeech})()`);
    await say(page, 'Tell me');
    await shows(page, 'That is it.');
    await idle(page);
    const spoken = (of: Page) => of.evaluate<string[]>('spoken()');
    await button(page, 'Read aloud').click();
    await button(page, 'Stop reading').waitFor();
    expect(await spoken(page)).toEqual([
      'en: The otter',
      'en: It is an animal of the water.',
      'en: That is it.',
    ]);
    await button(page, 'Stop reading').click();
    await button(page, 'Read aloud').waitFor();
    await expect.poll(() => spoken(page)).toEqual([]);
    await button(page, 'Read aloud').click();
    await page.evaluate('endSpeech()');
    await button(page, 'Read aloud').waitFor();
  });
});
