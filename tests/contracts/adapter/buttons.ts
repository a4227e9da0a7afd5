/** The buttons under an answer: who may press them, late, and twice. */
import { expect } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { soon } from '../../settled.ts';
import type { Button, PlatformUnderTest, Shown } from './platform.ts';
import { createStage, never, settle } from './stage.ts';

/** The reply to a press by another person than the one who asked. */
const NOT_YOURS = 'Only the person who asked';

const cut = (words: string) => streams(text(words), finish('length'), done);

export function testButtons(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, timesAsked, newcomer, ended, shows, isTold, prompts } = stage;

  it(
    'Stop ends the answer and keeps what there is; Regenerate answers again in its message',
    [],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const asked = question(streams(text('So far so good. '), after(never)), answers('All of it.'));
      ada.asks(lane, asked);
      const live = await shows(lane, 'So far so good.');
      await ada.presses(live, 'Stop');
      await expect(stage.request(asked)?.closed).resolves.toBe('gone');
      const [stopped] = await ended(lane, ['So far so good.']);
      expect(stopped).toMatchObject({ id: live.id, notice: 'Stopped.' });
      expect(stopped?.buttons).toEqual(['Regenerate', 'Continue', 'Delete']);
      if (stopped) await ada.presses(stopped, 'Regenerate');
      const [again] = await ended(lane, ['All of it.']);
      expect(again).toMatchObject({ id: live.id, buttons: ['Regenerate', 'Delete'], notice: '' });
      expect(timesAsked(asked)).toBe(2);
      expect(prompts(asked)).toEqual([expect.stringContaining(asked)]);
    },
  );

  it(
    'Stop of somebody else does nothing, and tells them why',
    ['other readers', 'Stop for all'],
    async () => {
      const { platform } = stage;
      const [ada, ben, lane] = [newcomer(), newcomer(), platform.lane()];
      const { promise, resolve: release } = Promise.withResolvers<void>();
      ada.asks(lane, question(streams(text('Going on. '), after(promise), text('Done.'), finish(), done)));
      await ben.presses(await shows(lane, 'Going on.'), 'Stop');
      await isTold(ben, NOT_YOURS);
      await settle();
      expect(await platform.shown(lane)).toMatchObject([{ isLive: true, buttons: ['Stop'] }]);
      release();
      await ended(lane, ['Going on. Done.']);
    },
  );

  it(
    'Regenerate, Continue and Delete of somebody else do nothing, and tell them why',
    ['other readers'],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const asked = question(cut('One, two,'), answers('No.'));
      ada.asks(lane, asked);
      const [answer] = await ended(lane, ['One, two,']);
      expect(answer?.buttons).toEqual(['Regenerate', 'Continue', 'Delete']);
      for (const button of ['Regenerate', 'Continue', 'Delete'] satisfies Button[]) {
        const stranger = newcomer();
        if (answer) await stranger.presses(answer, button);
        await isTold(stranger, NOT_YOURS);
      }
      await settle();
      expect(await ended(lane, ['One, two,'])).toEqual([answer]);
      expect(timesAsked(asked)).toBe(1);
    },
  );

  it('a moderator may press them all', ['moderators'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const moderator = platform.person('moderator', 'moderator');
    const asked = question(streams(text('Going on. '), after(never)), cut('One, two,'), answers('three.'));
    ada.asks(lane, asked);
    await moderator.presses(await shows(lane, 'Going on.'), 'Stop');
    const [stopped] = await ended(lane, ['Going on.']);
    if (stopped) await moderator.presses(stopped, 'Regenerate');
    const [again] = await ended(lane, ['One, two,']);
    await settle();
    if (again) await moderator.presses(again, 'Continue');
    const [first, second] = await ended(lane, ['One, two,', 'three.']);
    await settle();
    for (const message of [second, first]) if (message) await moderator.presses(message, 'Delete');
    await ended(lane, []);
    expect(timesAsked(asked)).toBe(3);
    expect(await moderator.told()).toEqual([]);
  });

  it('Stop that comes after the end leaves the whole answer there', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const asked = question(streams(text('Half. '), after(promise), text('Whole.'), finish(), done));
    ada.asks(lane, asked);
    const live = await shows(lane, 'Half.');
    release();
    await ended(lane, ['Half. Whole.']);
    await settle();
    await ada.presses(live, 'Stop');
    await settle();
    const [whole] = await ended(lane, ['Half. Whole.']);
    expect(whole).toMatchObject({ id: live.id, buttons: ['Regenerate', 'Delete'], notice: '' });
    expect(timesAsked(asked)).toBe(1);
  });

  it('Regenerate pressed twice asks the model once', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const asked = question(
      answers('One.'),
      streams(pause(500), text('Two.'), finish(), done),
      answers('No.'),
    );
    ada.asks(lane, asked);
    const [answer] = await ended(lane, ['One.']);
    await settle();
    if (answer) await Promise.all([ada.presses(answer, 'Regenerate'), ada.presses(answer, 'Regenerate')]);
    const [again] = await ended(lane, ['Two.']);
    await settle();
    await ended(lane, ['Two.']);
    expect(again?.id).toBe(answer?.id);
    expect(timesAsked(asked)).toBe(2);
    expect(await ada.told()).toEqual([expect.stringContaining('being answered already')]);
  });

  it('Continue goes on in a message of its own, once, also when it is pressed twice', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const asked = question(cut('One, two,'), answers('three.'), answers('No.'));
    ada.asks(lane, asked);
    const [answer] = await ended(lane, ['One, two,']);
    await settle();
    if (answer) await Promise.all([ada.presses(answer, 'Continue'), ada.presses(answer, 'Continue')]);
    const [first] = await ended(lane, ['One, two,', 'three.']);
    expect(first?.buttons).toEqual(['Regenerate', 'Delete']);
    await settle();
    await ended(lane, ['One, two,', 'three.']);
    expect(timesAsked(asked)).toBe(2);
    expect(prompts(asked)).toEqual([
      expect.stringContaining(asked),
      expect.stringMatching(/^One, two, ?$/),
      expect.stringContaining('Go on exactly'),
    ]);
  });

  it(
    'a continued answer that is answered again and cut again can be continued again',
    ['older buttons'],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const asked = question(cut('One, two,'), answers('three.'), cut('Uno, due,'), answers('tre.'));
      ada.asks(lane, asked);
      const [answer] = await ended(lane, ['One, two,']);
      await settle();
      if (answer) await ada.presses(answer, 'Continue');
      const [first] = await ended(lane, ['One, two,', 'three.']);
      await settle();
      if (first) await ada.presses(first, 'Regenerate');
      const [again] = await ended(lane, ['Uno, due,', 'three.']);
      expect(again?.buttons).toEqual(['Regenerate', 'Continue', 'Delete']);
      await settle();
      if (again) await ada.presses(again, 'Continue');
      await ended(lane, ['Uno, due,', 'three.', 'tre.']);
      expect(timesAsked(asked)).toBe(4);
    },
  );

  it('Delete takes the answer away, and what was asked', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const gone = question(answers('A secret.'));
    ada.asks(lane, gone);
    const [answer] = await ended(lane, ['A secret.']);
    await settle();
    if (answer) await ada.presses(answer, 'Delete');
    await ended(lane, []);
    const next = question(answers('Next.'));
    ada.asks(lane, next);
    await ended(lane, ['Next.']);
    // Where the question still stands, it may be quoted.
    expect(prompts(next)).toHaveLength(1);
    expect(prompts(next).join()).not.toContain('A secret.');
  });

  it(
    'an answer of several messages is answered again in fewer and in more, and deleted as a whole',
    ['several messages'],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const long = (word: string) =>
        `${word} `.repeat((platformUnderTest.messageCharacters * 1.5) / 5).trim();
      const asked = question(answers(long('once')), answers('Short.'), answers(long('then')));
      const shownAs = async (word: string) => {
        await soon(async () => {
          const messages = await platform.shown(lane);
          expect(
            messages
              .map((one) => one.text)
              .join(' ')
              .split(/\s+/),
          ).toEqual(long(word).split(' '));
          expect(messages.map(({ buttons }) => buttons.length > 0)).toEqual([
            ...messages.slice(1).map(() => false),
            true,
          ]);
          expect(messages.at(-1)?.buttons).toContain('Regenerate');
        });
        await settle();
        return platform.shown(lane);
      };
      ada.asks(lane, asked);
      const first = await shownAs('once');
      expect(first.length).toBeGreaterThan(1);
      await ada.presses(first.at(-1) as Shown, 'Regenerate');
      const [short] = await ended(lane, ['Short.']);
      expect(short?.id).toBe(first[0]?.id);
      await settle();
      if (short) await ada.presses(short, 'Regenerate');
      const again = await shownAs('then');
      expect(again[0]?.id).toBe(short?.id);
      await ada.presses(again.at(-1) as Shown, 'Delete');
      await ended(lane, []);
      expect(timesAsked(asked)).toBe(3);
    },
  );
}
