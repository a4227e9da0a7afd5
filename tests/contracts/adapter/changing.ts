/** Questions that are edited or deleted: while they wait, while they are answered, and afterwards. */
import { expect } from 'vitest';
import { after, answers, done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { soon } from '../../settled.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage, never, settle } from './stage.ts';

export function testChanging(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, timesAsked, newcomer, ended, shows, isTold, prompts } = stage;

  /** A lane in which an answer is being written, until `release`. */
  async function busyLane() {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    ada.asks(lane, question(streams(text('First. '), after(promise), text('Done.'), finish(), done)));
    await shows(lane, 'First.');
    return { platform, ada, lane, release };
  }

  it('an edit while the question waits is what is answered', ['edits'], async () => {
    const { platform, ada, lane, release } = await busyLane();
    const [before, now] = [question(answers('No.')), question(answers('Yes.'), answers('No.'))];
    const message = ada.asks(lane, before);
    await settle();
    platform.twice(() => ada.edits(message, now, lane));
    await settle();
    release();
    await ended(lane, ['First. Done.', 'Yes.']);
    expect([timesAsked(before), timesAsked(now)]).toEqual([0, 1]);
  });

  it('an edit while it is answered begins the answer again in its message', ['edits'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const before = question(streams(text('Of dogs. '), after(never)));
    const now = question(answers('Of cats.'));
    const message = ada.asks(lane, before);
    const { id } = await shows(lane, 'Of dogs.');
    ada.edits(message, now, lane);
    const [answer] = await ended(lane, ['Of cats.']);
    expect(answer?.id).toBe(id);
    await expect(stage.request(before)?.closed).resolves.toBe('gone');
    await settle();
    expect([timesAsked(before), timesAsked(now)]).toEqual([1, 1]);
    expect(prompts(now).join()).not.toContain(before);
    const next = question(answers('Next.'));
    ada.asks(lane, next);
    await ended(lane, ['Of cats.', 'Next.']);
    expect(prompts(next).join()).toContain(now);
    expect(prompts(next).join()).not.toContain(before);
  });

  it('an edit after the answer changes nothing', ['edits'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const now = question(answers('No.'));
    const message = ada.asks(lane, question(answers('Said.'), answers('No.')));
    await ended(lane, ['Said.']);
    await settle();
    ada.edits(message, now, lane);
    await settle();
    await ended(lane, ['Said.']);
    expect(timesAsked(now)).toBe(0);
  });

  it('a question that is deleted while it waits leaves nothing', [], async () => {
    const { ada, lane, release } = await busyLane();
    const [gone, next] = [question(answers('No.')), question(answers('Next.'))];
    const message = ada.asks(lane, gone);
    await settle();
    ada.deletes(message, lane);
    await settle();
    release();
    await ended(lane, ['First. Done.']);
    ada.asks(lane, next);
    await ended(lane, ['First. Done.', 'Next.']);
    expect(timesAsked(gone)).toBe(0);
    expect(prompts(next).join()).not.toContain(gone);
  });

  it('a question that is deleted before the first word leaves nothing', [], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    const gone = question(streams(after(never)), answers('No.'));
    const message = ada.asks(lane, gone);
    await soon(() => expect(timesAsked(gone)).toBe(1));
    ada.deletes(message, lane);
    await expect(stage.request(gone)?.closed).resolves.toBe('gone');
    await settle();
    expect(await platform.shown(lane)).toEqual([]);
    const next = question(answers('Next.'));
    ada.asks(lane, next);
    await ended(lane, ['Next.']);
    expect(prompts(next).join()).not.toContain(gone);
    expect(timesAsked(gone)).toBe(1);
  });

  it(
    'a question that is deleted in the middle of its answer stops it, and is not known afterwards',
    [],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const gone = question(streams(text('A secret? '), after(never)), answers('No.'));
      const message = ada.asks(lane, gone);
      await shows(lane, 'A secret?');
      ada.deletes(message, lane);
      await expect(stage.request(gone)?.closed).resolves.toBe('gone');
      await soon(async () => expect((await platform.shown(lane)).some(({ isLive }) => isLive)).toBe(false));
      const next = question(answers('Next.'));
      ada.asks(lane, next);
      await shows(lane, 'Next.');
      expect(prompts(next).join()).not.toContain(gone);
      expect(prompts(next).join()).not.toContain('A secret?');
    },
  );

  it(
    'a question that is deleted after its answer is not known any more, nor answered again',
    [],
    async () => {
      const { platform } = stage;
      const [ada, lane] = [newcomer(), platform.lane()];
      const gone = question(answers('A secret.'), answers('No.'));
      const message = ada.asks(lane, gone);
      const [answer] = await ended(lane, ['A secret.']);
      await settle();
      ada.deletes(message, lane);
      await settle();
      const next = question(answers('Next.'));
      // The page takes the answer along.
      const isThere = (await platform.shown(lane)).length > 0;
      if (isThere && answer) {
        const stranger = newcomer();
        await stranger.presses(answer, 'Delete');
        await isTold(stranger, 'Only the person who asked');
        await ada.presses(answer, 'Regenerate');
        await isTold(ada, 'was forgotten');
      }
      ada.asks(lane, next);
      await shows(lane, 'Next.');
      expect(timesAsked(gone)).toBe(1);
      expect(prompts(next).join()).not.toContain(gone);
      expect(prompts(next).join()).not.toContain('A secret.');
      if (isThere && answer) await ada.presses(answer, 'Delete');
      await ended(lane, ['Next.']);
    },
  );
}
