/**
 * Parley is killed in the middle of answers, is away while people write, and its store is away. All that happens
 * before and after the crash is done once; each case then looks at its own part of it.
 */
import { beforeAll, describe, expect } from 'vitest';
import { after, answers, done, finish, pause, streams, text } from '../../counterparts/model-server.ts';
import type { Person, Place, PlatformUnderTest, Shown } from './platform.ts';
import { createStage, never, settle, until } from './stage.ts';

/** Two programs are started, on machines that are busy. */
const SLOW_MS = 60_000;
/** Longer than Parley takes to keep what it shows. */
const KEPT_MS = 800;

export function testOutages(platformUnderTest: PlatformUnderTest): void {
  describe('killed in the middle of answers', () => testCrash(platformUnderTest));
  describe('with its store away', () => testStoreAway(platformUnderTest));
}

function testCrash(platformUnderTest: PlatformUnderTest): void {
  const { lacks = {} } = platformUnderTest;
  const stage = createStage(platformUnderTest, { isProgram: true, isConcurrent: false });
  const { it, question, timesAsked, ended, shows, prompts, newcomer } = stage;

  let before: { ada: Person; answered: Place; half: Place; parts: Place; edited: Place };
  let asked: Record<'answered' | 'half' | 'waiting' | 'gone' | 'editedFrom' | 'editedTo', string>;
  let halfAnswer: Shown;
  let waiting: string;
  let answer: Shown | undefined;
  let missed: { lane: Place; channel: Place; direct: Place | undefined };
  let missedQuestions: string[];
  let inDirect: string;
  let inChannel: string;
  let withdrawn: string;

  beforeAll(async () => {
    const { platform } = stage;
    const ada = newcomer();
    const lane = () => platform.lane();
    const direct = lacks['direct messages'] === undefined ? platform.direct(ada) : undefined;
    before = { ada, answered: lane(), half: lane(), parts: lane(), edited: lane() };
    asked = {
      answered: question(answers('Known.'), answers('Anew.')),
      half: question(
        streams(text('Half of it. '), after(never)),
        streams(text('All of it. '), pause(100), text('Really.'), finish(), done),
      ),
      waiting: question(answers('Waited.')),
      gone: question(answers('No.')),
      editedFrom: question(answers('No.')),
      editedTo: question(answers('As edited.')),
    };
    ada.asks(before.answered, asked.answered);
    [answer] = await ended(before.answered, ['Known.']);
    if (direct) {
      ada.says(direct, question(answers('Hello.')));
      await ended(direct, ['Hello.']);
    }
    ada.asks(before.half, asked.half);
    halfAnswer = await shows(before.half, 'Half of it.');
    waiting = ada.asks(before.half, asked.waiting);
    const gone = ada.asks(before.half, asked.gone);
    const long = `${'word '.repeat(platformUnderTest.messageCharacters / 4)}\n\nand more `;
    ada.asks(before.parts, question(streams(text(long), after(never)), answers('Short.')));
    await until(async () =>
      expect((await platform.shown(before.parts)).length).toBeGreaterThan(
        lacks['several messages'] === undefined ? 1 : 0,
      ),
    );
    if (lacks.edits === undefined) {
      ada.asks(before.edited, question(streams(text('Slow. '), after(never)), answers('Slowly.')));
      await shows(before.edited, 'Slow.');
      const message = ada.asks(before.edited, asked.editedFrom);
      await settle();
      ada.edits(message, asked.editedTo, before.edited);
    }
    await settle();
    ada.deletes(gone, before.half);
    await settle(KEPT_MS);
    await platform.kill();
    missedQuestions = ['M one.', 'M two.', 'M three.'].map((said) =>
      question(streams(pause(50), text(said), finish(), done)),
    );
    [inChannel, inDirect, withdrawn] = [
      question(answers('In the channel.')),
      question(answers('In private.')),
      question(answers('No.')),
    ] as [string, string, string];
    missed = {
      lane: before.answered,
      channel: platform.channel(),
      direct,
    };
    if (lacks['missed messages'] === undefined) {
      for (const one of missedQuestions) ada.asks(missed.lane, one);
      ada.says(missed.channel, withdrawn);
      ada.deletes(ada.asks(missed.channel, withdrawn), missed.channel);
      ada.asks(missed.channel, inChannel);
      if (missed.direct) ada.says(missed.direct, inDirect);
    }
    await platform.startAgain();
  }, SLOW_MS);

  it(
    'an answer that was half written is whole, in its message, and what waited behind it follows',
    [],
    async () => {
      const [first, ...rest] = await ended(before.half, ['All of it. Really.', 'Waited.']);
      expect(first?.id).toBe(halfAnswer.id);
      expect(rest.map((message) => message.answers)).toEqual([before.half.root ?? waiting]);
      await settle();
      await ended(before.half, ['All of it. Really.', 'Waited.']);
      expect([asked.half, asked.waiting].map(timesAsked)).toEqual([2, 1]);
      expect(prompts(asked.waiting)[1]).toBe('All of it. Really.');
    },
  );

  it('a question that was deleted while it waited is not answered', [], () => {
    expect(timesAsked(asked.gone)).toBe(0);
    return Promise.resolve();
  });

  it('a question that was edited while it waited is answered as edited', ['edits'], async () => {
    await ended(before.edited, ['Slowly.', 'As edited.']);
    expect([asked.editedFrom, asked.editedTo].map(timesAsked)).toEqual([0, 1]);
  });

  it(
    'an answer of several messages becomes a short one, and nothing else stays',
    ['several messages'],
    async () => {
      await ended(before.parts, ['Short.']);
    },
  );

  it(
    'what was missed is answered in its order, and what was answered is not answered again',
    ['missed messages'],
    async () => {
      await ended(missed.lane, ['Known.', 'M one.', 'M two.', 'M three.']);
      await settle();
      await ended(missed.lane, ['Known.', 'M one.', 'M two.', 'M three.']);
      expect([asked.answered, ...missedQuestions].map(timesAsked)).toEqual([1, 1, 1, 1]);
    },
  );

  it(
    'what was missed in a new place is answered, but nothing that was not for Parley or was deleted',
    ['missed messages'],
    async () => {
      await ended(missed.channel, ['In the channel.']);
      expect([inChannel, withdrawn].map(timesAsked)).toEqual([1, 0]);
    },
  );

  it('what was missed in direct messages is answered', ['missed messages', 'direct messages'], async () => {
    if (missed.direct) await ended(missed.direct, ['Hello.', 'In private.']);
    expect(timesAsked(inDirect)).toBe(1);
  });

  it('the buttons of an earlier answer still work', [], async () => {
    if (answer) await before.ada.presses(answer, 'Regenerate');
    await shows(before.answered, 'Anew.');
    expect(timesAsked(asked.answered)).toBe(2);
  });

  it('another start answers nothing again, and changes nothing', [], async () => {
    const { platform } = stage;
    const shown = async () => {
      const places = [before.answered, before.half, before.parts, before.edited, missed.channel];
      return (await Promise.all(places.map((place) => platform.shown(place)))).flat();
    };
    await until(async () => expect((await shown()).some(({ isLive }) => isLive)).toBe(false));
    await settle(KEPT_MS);
    const [requests, messages] = [platform.model.requests.length, await shown()];
    await platform.kill();
    await platform.startAgain();
    await settle(1_000);
    expect(platform.model.requests).toHaveLength(requests);
    expect(await shown()).toEqual(messages);
  });
}

function testStoreAway(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest, { isProgram: true, isConcurrent: false });
  const { it, question, timesAsked, ended, newcomer } = stage;

  it('what is said meanwhile is answered once it is back, once', ['missed messages'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    ada.asks(lane, question(answers('Before.')));
    await ended(lane, ['Before.']);
    const [one, two] = [question(answers('One.'), answers('No.')), question(answers('Two.'), answers('No.'))];
    const texts = async () =>
      (await platform.shown(lane)).map((message) => message.text).filter((said) => said !== '');
    await platform.storeAway(async () => {
      ada.asks(lane, one);
      await settle();
      ada.asks(lane, two);
      await settle();
      expect([one, two].map(timesAsked)).toEqual([0, 0]);
    });
    await until(async () => expect(await texts()).toContain('Two.'));
    await settle();
    expect((await texts()).filter((said) => /^(?:One|Two|No)\.$/.test(said))).toEqual(['One.', 'Two.']);
    expect([one, two].map(timesAsked)).toEqual([1, 1]);
  });

  it('and killed meanwhile, what was said is answered after the start', ['missed messages'], async () => {
    const { platform } = stage;
    const [ada, lane] = [newcomer(), platform.lane()];
    ada.asks(lane, question(answers('Before.')));
    await ended(lane, ['Before.']);
    const asked = question(answers('One.'), answers('No.'));
    await platform.storeAway(async () => {
      ada.asks(lane, asked);
      await settle();
      await platform.kill();
    });
    await platform.startAgain();
    await until(() => expect(timesAsked(asked)).toBe(1));
    await settle();
    expect((await platform.shown(lane)).map((message) => message.text)).toContain('One.');
    expect(timesAsked(asked)).toBe(1);
  });
}
