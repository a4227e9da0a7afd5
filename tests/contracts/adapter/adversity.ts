/** Answers that are long, that fail, that would notify people, or whose place is gone. */
import { expect } from 'vitest';
import {
  after,
  answers,
  CANARY,
  done,
  fails,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { faultsOf, piecesOf, wordsOf } from '../../adapters/discord/long-markdown.ts';
import { soon } from '../../settled.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage, never, settle } from './stage.ts';

/** How many messages a long answer needs at least. */
const PARTS = 3;

export function testAdversity(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, timesAsked, newcomer, ended, shows } = stage;
  const { messageCharacters } = platformUnderTest;

  it(
    'a long answer takes several messages, in order, each within the limit',
    ['several messages'],
    async () => {
      const { platform } = stage;
      const { some } = wordsOf('w');
      let markdown = '';
      while (markdown.length < messageCharacters * (PARTS - 0.7)) markdown += `${some(60)}.\n\n`;
      const pieces = piecesOf(markdown, messageCharacters / 5).flatMap((piece) => [text(piece), pause(30)]);
      const lane = platform.lane();
      newcomer().asks(lane, question(streams(...pieces, finish(), done)));
      await soon(async () =>
        expect((await platform.shown(lane)).at(-1)?.buttons).toEqual(['Regenerate', 'TL;DR', 'Delete']),
      );
      await soon(async () => {
        const texts = (await platform.shown(lane)).map((message) => message.text);
        expect(faultsOf(texts.join('\n'), markdown)).toBe('');
      });
      const messages = await platform.shown(lane);
      expect(messages.length).toBeGreaterThanOrEqual(PARTS);
      for (const message of messages) expect(message.text.length).toBeLessThanOrEqual(messageCharacters);
      expect(messages.slice(0, -1).flatMap(({ buttons }) => buttons)).toEqual([]);
    },
  );

  it('the model notifies nobody, in the first message or in an edit', ['pings'], async () => {
    const { platform } = stage;
    const [ada, ben] = [newcomer(), newcomer()];
    const steps = ['First', 'Second', 'Third'].flatMap((word) => [
      text(`${platform.alarm(word)}\n\n`),
      pause(300),
    ]);
    const places = [platform.channel(), platform.lane(), platform.direct(ben)];
    for (const [index, place] of places.entries()) {
      const asker = index === 2 ? ben : ada;
      asker.asks(place, question(streams(...steps, finish(), done)));
    }
    for (const place of places) {
      await soon(async () =>
        expect((await platform.shown(place)).at(-1)).toMatchObject({
          buttons: ['Regenerate', 'Delete'],
          text: expect.stringContaining('Third'),
        }),
      );
    }
    expect(platform.pings()).toEqual([]);
  });

  it('a model that fails is told to the person who asked, in a sentence', [], async () => {
    const { platform } = stage;
    const [ada, ben] = [newcomer(), newcomer()];
    const [failing, fine] = [platform.channel(), platform.channel()];
    const asked = question(fails(401), answers('Again.'));
    const message = ada.asks(failing, asked);
    ben.asks(fine, question(answers('Fine.')));
    const [answer] = await ended(failing, ['']);
    expect(answer).toMatchObject({ answers: message, notice: expect.stringMatching(/\w\.$/) });
    expect(answer?.notice).not.toContain(CANARY);
    expect(answer?.buttons).toContain('Regenerate');
    await ended(fine, ['Fine.']);
    expect(await ben.told()).toEqual([]);
    if (answer) await ada.presses(answer, 'Regenerate');
    await ended(failing, ['Again.']);
  });

  it('a place that is deleted in the middle of an answer ends it, and others are answered', [], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const [gone, other] = [platform.channel(), platform.channel()];
    const asked = question(streams(text('On and on. '), after(never)), answers('No.'));
    ada.asks(gone, asked);
    await shows(gone, 'On and on.');
    await platform.removes(gone);
    await expect(stage.request(asked)?.closed).resolves.toBe('gone');
    ada.asks(other, question(answers('Here.')));
    await ended(other, ['Here.']);
    expect(timesAsked(asked)).toBe(1);
  });

  it('an answer that a moderator deletes ends, and no message takes its place', ['moderators'], async () => {
    const { platform } = stage;
    const lane = platform.lane();
    const asked = question(streams(text('On and on. '), after(never)), answers('No.'));
    newcomer().asks(lane, asked);
    platform.removesMessage(await shows(lane, 'On and on.'));
    await expect(stage.request(asked)?.closed).resolves.toBe('gone');
    await settle();
    expect(await platform.shown(lane)).toEqual([]);
    expect(timesAsked(asked)).toBe(1);
  });
}
