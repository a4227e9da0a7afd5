/**
 * Parley is killed once, in the middle of many stories at the same time. Each story says what happens before that, what
 * happens while Parley is away, and what must be so in the end.
 */
import { beforeAll, expect } from 'vitest';
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
import type { Ability, Person, Place, PlatformUnderTest, Shown } from './platform.ts';
import { createStage, never, type Stage, settle } from './stage.ts';

interface Story {
  title: string;
  needs: Ability[];
  before?(): Promise<void>;
  whileAway?(): void;
  inTheEnd(): Promise<void>;
}

/** Longer than Parley takes to keep what it shows. */
const KEPT_MS = 800;

export function testCrash(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest, { isProgram: true, isConcurrent: false });
  const stories = [
    halfWritten(stage),
    deletedWhileWaiting(stage),
    editedWhileWaiting(stage),
    severalMessages(stage, platformUnderTest.messageCharacters),
    missedInOrder(stage),
    missedInNewPlace(stage),
    missedInDirectMessages(stage),
    pressedAfterwards(stage),
  ];

  beforeAll(async () => {
    const told = stories.filter(({ needs }) => stage.reasonToSkip(needs) === undefined);
    await Promise.all(told.map(({ before }) => before?.()));
    await settle(KEPT_MS);
    await stage.platform.kill();
    for (const { whileAway } of told) whileAway?.();
    await stage.platform.startAgain();
  });

  for (const { title, needs, inTheEnd } of stories) stage.it(title, needs, inTheEnd);

  stage.it('another start answers nothing again', [], async () => {
    const { platform, question, newcomer, ended } = stage;
    const lane = platform.lane();
    const asked = question(answers('One.'), answers('No.'));
    newcomer().asks(lane, asked);
    const messages = await ended(lane, ['One.']);
    await settle(KEPT_MS);
    const requests = platform.model.requests.length;
    await platform.kill();
    await platform.startAgain();
    await settle(1_000);
    expect(platform.model.requests).toHaveLength(requests);
    expect(await platform.shown(lane)).toEqual(messages);
  });
}

function halfWritten(stage: Stage): Story {
  const half = stage.question(
    streams(text('Half of it. '), after(never)),
    streams(text('All of it. '), pause(100), text('Really.'), finish(), done),
  );
  const next = stage.question(answers('Waited.'));
  let lane: Place;
  let message: Shown;
  let waiting: string;
  return {
    title: 'an answer that was half written is whole, in its message, and what waited behind it follows',
    needs: [],
    async before() {
      const ada = stage.newcomer();
      lane = stage.platform.lane();
      ada.asks(lane, half);
      message = await stage.shows(lane, 'Half of it.');
      waiting = ada.asks(lane, next);
    },
    async inTheEnd() {
      const [first, ...rest] = await stage.ended(lane, ['All of it. Really.', 'Waited.']);
      expect(first?.id).toBe(message.id);
      expect(rest.map((one) => one.answers)).toEqual([lane.root ?? waiting]);
      await settle();
      await stage.ended(lane, ['All of it. Really.', 'Waited.']);
      expect([half, next].map(stage.timesAsked)).toEqual([2, 1]);
      expect(stage.prompts(next)[1]).toBe('All of it. Really.');
    },
  };
}

/** A lane where an answer is being written, and what waits behind it there. */
async function busyLane({ platform, newcomer, question, shows }: Stage) {
  const [lane, ada] = [platform.lane(), newcomer()];
  ada.asks(lane, question(streams(text('Slow. '), after(never)), answers('Slowly.')));
  await shows(lane, 'Slow.');
  return { lane, ada };
}

function deletedWhileWaiting(stage: Stage): Story {
  const gone = stage.question(answers('No.'));
  let lane: Place;
  return {
    title: 'a question that was deleted while it waited is not answered',
    needs: [],
    async before() {
      const busy = await busyLane(stage);
      lane = busy.lane;
      const message = busy.ada.asks(lane, gone);
      await settle();
      busy.ada.deletes(message, lane);
    },
    async inTheEnd() {
      await stage.ended(lane, ['Slowly.']);
      await settle();
      await stage.ended(lane, ['Slowly.']);
      expect(stage.timesAsked(gone)).toBe(0);
    },
  };
}

function editedWhileWaiting(stage: Stage): Story {
  const [before, now] = [stage.question(answers('No.')), stage.question(answers('As edited.'))];
  let lane: Place;
  return {
    title: 'a question that was edited while it waited is answered as edited',
    needs: ['edits'],
    async before() {
      const busy = await busyLane(stage);
      lane = busy.lane;
      const message = busy.ada.asks(lane, before);
      await settle();
      busy.ada.edits(message, now, lane);
    },
    async inTheEnd() {
      await stage.ended(lane, ['Slowly.', 'As edited.']);
      expect([before, now].map(stage.timesAsked)).toEqual([0, 1]);
    },
  };
}

function severalMessages(stage: Stage, messageCharacters: number): Story {
  const long = `${'word '.repeat(messageCharacters / 4)}\n\nand more `;
  let lane: Place;
  return {
    title: 'an answer of several messages becomes a short one, and nothing else stays',
    needs: ['several messages'],
    async before() {
      lane = stage.platform.lane();
      stage.newcomer().asks(lane, stage.question(streams(text(long), after(never)), answers('Short.')));
      await soon(async () => expect((await stage.platform.shown(lane)).length).toBeGreaterThan(1));
    },
    inTheEnd: async () => void (await stage.ended(lane, ['Short.'])),
  };
}

function missedInOrder(stage: Stage): Story {
  const known = stage.question(answers('Known.'), answers('No.'));
  const missed = ['One.', 'Two.', 'Three.'].map((said) =>
    stage.question(streams(pause(50), text(said), finish(), done), answers('No.')),
  );
  let lane: Place;
  let person: Person;
  return {
    title: 'what was missed is answered in its order, and what was answered is not answered again',
    needs: ['missed messages'],
    async before() {
      person = stage.newcomer();
      lane = stage.platform.lane();
      person.asks(lane, known);
      await stage.ended(lane, ['Known.']);
    },
    whileAway() {
      for (const one of missed) person.asks(lane, one);
    },
    async inTheEnd() {
      await stage.ended(lane, ['Known.', 'One.', 'Two.', 'Three.']);
      await settle();
      await stage.ended(lane, ['Known.', 'One.', 'Two.', 'Three.']);
      expect([known, ...missed].map(stage.timesAsked)).toEqual([1, 1, 1, 1]);
    },
  };
}

function missedInNewPlace(stage: Stage): Story {
  const [missed, overheard, withdrawn] = [
    stage.question(answers('Here.')),
    stage.question(answers('No.')),
    stage.question(answers('No.')),
  ];
  let channel: Place;
  return {
    title: 'what was missed in a new place is answered, but nothing that was not for Parley or was deleted',
    needs: ['missed messages'],
    whileAway() {
      const ada = stage.newcomer();
      channel = stage.platform.channel();
      ada.says(channel, overheard);
      ada.deletes(ada.asks(channel, withdrawn), channel);
      ada.asks(channel, missed);
    },
    async inTheEnd() {
      await stage.ended(channel, ['Here.']);
      expect([missed, overheard, withdrawn].map(stage.timesAsked)).toEqual([1, 0, 0]);
    },
  };
}

function missedInDirectMessages(stage: Stage): Story {
  const missed = stage.question(answers('In private.'));
  let person: Person;
  return {
    title: 'what was missed in direct messages is answered',
    needs: ['missed messages', 'direct messages'],
    async before() {
      person = stage.newcomer();
      const direct = stage.platform.direct(person);
      person.says(direct, stage.question(answers('Hello.')));
      await stage.ended(direct, ['Hello.']);
    },
    whileAway: () => void person.says(stage.platform.direct(person), missed),
    async inTheEnd() {
      await stage.ended(stage.platform.direct(person), ['Hello.', 'In private.']);
      expect(stage.timesAsked(missed)).toBe(1);
    },
  };
}

function pressedAfterwards(stage: Stage): Story {
  const asked = stage.question(answers('Known.'), answers('Anew.'));
  let lane: Place;
  let person: Person;
  return {
    title: 'the buttons of an earlier answer still work',
    needs: [],
    async before() {
      person = stage.newcomer();
      lane = stage.platform.lane();
      person.asks(lane, asked);
      await stage.ended(lane, ['Known.']);
    },
    async inTheEnd() {
      const [answer] = await stage.ended(lane, ['Known.']);
      if (answer) await person.presses(answer, 'Regenerate');
      const [again] = await stage.ended(lane, ['Anew.']);
      expect(again?.id).toBe(answer?.id);
      expect(stage.timesAsked(asked)).toBe(2);
    },
  };
}
