/** Pictures that an answer shows: made from words and from pictures, shown once, replaced, and taken away. */
import { describe, expect } from 'vitest';
import { after, answers, done, finish, streams } from '../../../lab/counterparts/model-server.ts';
import { pictureRequestOf } from '../../../lab/counterparts/model-tools/picture-rules.ts';
import { makes, pngOf, refusesPicture } from '../../../lab/counterparts/model-tools/pictures.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import { soon } from '../../settled.ts';
import type { Place, PlatformUnderTest } from './platform.ts';
import { createStage, never, type Stage, settle } from './stage.ts';

const ENV = { OPENAI_IMAGE_MODEL: 'gpt-image-1', OPERATOR_TOOLS: 'web,pages,files,pictures' };
const CAT = pngOf(200, 64);
const DOG = pngOf(100, 80);
const drawing = (input: Record<string, unknown> = {}) =>
  callsTools({ name: 'make_picture', input: { prompt: 'A cat', alt: 'A grey cat', ...input } });
const silent = streams(finish(), done);
/** Longer than Slack takes to share a file. */
const SHARED_MS = 1_500;

export function testPictures(platformUnderTest: PlatformUnderTest): void {
  describe(`pictures: ${platformUnderTest.name}`, () => {
    const stage = createStage(platformUnderTest, { isProgram: true, isConcurrent: false, env: ENV });
    testMaking(stage);
    testButtons(stage);
    testCrashes(stage);
  });
}

const CAT_SHOWN = { name: 'a-cat.png', alt: 'A grey cat', size: CAT.length };

/** The files of Parley's messages there, once they are these, and stay so. */
async function shows(stage: Stage, place: Place, files: object[]): Promise<void> {
  await soon(async () => expect(await stage.platform.files(place)).toEqual(files));
  await settle(SHARED_MS);
  expect(await stage.platform.files(place)).toEqual(files);
}

const textsIn = async ({ platform }: Stage, place: Place) =>
  (await platform.shown(place)).map(({ text }) => text).filter((text) => text !== '');

function testMaking(stage: Stage): void {
  const { it, question, newcomer } = stage;

  it('words become a picture, with its content in words for people who cannot see it', [], async () => {
    stage.platform.model.respondToPictures(makes(CAT));
    const lane = stage.platform.lane();
    newcomer().asks(lane, question(drawing(), answers('Here it is.')));
    await shows(stage, lane, [CAT_SHOWN]);
    expect(await textsIn(stage, lane)).toEqual(['Here it is.']);
  });

  it('an attached picture is changed, which has a number for the model', [], async () => {
    const { model } = stage.platform;
    model.respondToPictures(makes(DOG));
    const lane = stage.platform.lane();
    const asked = question(drawing({ pictures: [1] }), answers('A dog now.'));
    newcomer().asks(lane, asked, { files: [{ name: 'cat.png', data: new Uint8Array(CAT) }] });
    await shows(stage, lane, [{ ...CAT_SHOWN, size: DOG.length }]);
    const request = model.pictures.at(-1);
    expect(request && pictureRequestOf(request)).toMatchObject({
      isEdit: true,
      files: [{ type: 'image/png' }],
    });
    expect(stage.prompts(asked).join()).toContain('picture 1');
  });

  it('a picture that is refused is told by the model, and the answer stands without it', [], async () => {
    stage.platform.model.respondToPictures(refusesPicture);
    const lane = stage.platform.lane();
    const asked = question(drawing(), answers('That is against the rules.'));
    newcomer().asks(lane, asked);
    await stage.ended(lane, ['That is against the rules.']);
    expect(stage.prompts(asked).join()).toContain('against its rules');
    expect(await stage.platform.files(lane)).toEqual([]);
  });

  it('a picture alone is an answer, with the buttons of one', [], async () => {
    stage.platform.model.respondToPictures(makes(CAT));
    const lane = stage.platform.lane();
    newcomer().asks(lane, question(drawing(), silent));
    await shows(stage, lane, [CAT_SHOWN]);
    const shown = await stage.platform.shown(lane);
    expect(shown.flatMap(({ buttons }) => buttons)).toEqual(['Regenerate', 'Delete']);
    expect(shown.map(({ notice }) => notice).join('')).toBe('');
  });
}

function testButtons(stage: Stage): void {
  const { it, question, newcomer } = stage;
  const withButtons = async (place: Place) =>
    (await stage.platform.shown(place)).findLast(({ buttons }) => buttons.includes('Delete'));

  it('made again, the new picture stands in the place of the old one', [], async () => {
    stage.platform.model.respondToPictures(makes(CAT), makes(DOG));
    const lane = stage.platform.lane();
    const ada = newcomer();
    ada.asks(lane, question(drawing(), answers('A cat.'), drawing(), answers('A dog.')));
    await shows(stage, lane, [CAT_SHOWN]);
    const message = await withButtons(lane);
    if (message) await ada.presses(message, 'Regenerate');
    await shows(stage, lane, [{ ...CAT_SHOWN, size: DOG.length }]);
    expect(await textsIn(stage, lane)).toEqual(['A dog.']);
  });

  it('what is asked meanwhile is answered below the picture', [], async () => {
    stage.platform.model.respondToPictures(makes(CAT));
    const lane = stage.platform.lane();
    const ada = newcomer();
    ada.asks(lane, question(drawing(), answers('A cat.')));
    ada.asks(lane, question(answers('And that.')));
    const last = async () => (await stage.platform.shown(lane)).at(-1)?.text;
    await soon(async () => expect(await last()).toBe('And that.'));
    await shows(stage, lane, [CAT_SHOWN]);
    expect(await last()).toBe('And that.');
  });

  it('deleted, the answer takes its picture along', [], async () => {
    stage.platform.model.respondToPictures(makes(CAT));
    const lane = stage.platform.lane();
    const ada = newcomer();
    ada.asks(lane, question(drawing(), answers('A cat.')));
    await shows(stage, lane, [CAT_SHOWN]);
    const message = await withButtons(lane);
    if (message) await ada.presses(message, 'Delete');
    await shows(stage, lane, []);
    expect(await textsIn(stage, lane)).toEqual([]);
  });
}

/** Parley dies at three places of an answer with a picture. */
function testCrashes(stage: Stage): void {
  const { it, question, newcomer } = stage;

  it(
    'killed while pictures are made, made and shown, each is shown once, and none is made twice again',
    [],
    async () => {
      const { model } = stage.platform;
      const [making, made, shown] = [stage.platform.lane(), stage.platform.lane(), stage.platform.lane()];
      // Parley first asks this server for base64 by name, which its models refuse.
      const count = () => model.pictures.filter(({ body }) => !('response_format' in body)).length;
      const before = count();
      model.respondToPictures(makes(CAT));
      newcomer().asks(shown, question(drawing(), answers('Shown.')));
      await shows(stage, shown, [CAT_SHOWN]);
      const asked = question(drawing(), streams(after(never)), answers('Made.'));
      newcomer().asks(made, asked);
      await soon(async () => expect(stage.timesAsked(asked)).toBe(2));
      model.respondToPictures(streams(after(never)));
      newcomer().asks(making, question(drawing(), answers('Made again.')));
      await soon(async () => expect(count()).toBe(before + 3));
      await stage.platform.kill();
      model.respondToPictures(makes(CAT));
      await stage.platform.startAgain();
      await shows(stage, shown, [CAT_SHOWN]);
      await shows(stage, made, [CAT_SHOWN]);
      await shows(stage, making, [CAT_SHOWN]);
      expect(await textsIn(stage, made)).toEqual(['Made.']);
      expect(await textsIn(stage, making)).toEqual(['Made again.']);
      expect(count()).toBe(before + 4);
    },
  );
}
