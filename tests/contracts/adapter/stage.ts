/** The stage that the cases share: a Parley, a model that knows each question, and waiting. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Behaviour, ReceivedRequest } from '../../../lab/counterparts/model-script.ts';
import { sentMessages } from '../../../lab/counterparts/model-server.ts';
import { waitFor } from '../../../lab/counterparts/wait-for.ts';
import { settled, soon } from '../../settled.ts';
import type { Ability, Person, Place, Platform, PlatformUnderTest, Shown, StartOptions } from './platform.ts';

export interface Stage {
  readonly platform: Platform;
  /** A new question; the model plays one behaviour for each time it is asked, and the last one from then on. */
  question(...behaviours: [Behaviour, ...Behaviour[]]): string;
  /** How often the model was asked this question. */
  timesAsked(question: string): number;
  /** The newest request with this question. */
  request(question: string): ReceivedRequest | undefined;
  /** The texts that the model was sent with it, oldest first. */
  prompts(question: string): string[];
  /** A person whom no other case knows. */
  newcomer(): Person;
  /** Resolves when Parley's messages there have these texts and none is being written. */
  ended(place: Place, texts: string[]): Promise<Shown[]>;
  /** Resolves when a message there shows this text, whether it has ended or not. */
  shows(place: Place, text: string): Promise<Shown>;
  /** Resolves when that person alone was told this. */
  isTold(person: Person, words: string): Promise<void>;
  /** Why a case that needs all of this has no meaning on the platform. */
  reasonToSkip(needs: Ability[]): string | undefined;
  it(title: string, needs: Ability[], run: () => Promise<void>): void;
}

/** Long enough for whatever should not happen. */
export const settle = (ms = 500) => settled(ms);

export const never = new Promise<never>(() => {});

/** How the model is shown what others said. */
const QUOTED = /^\|.*$/gm;
const QUESTION = /question-\d+-please/g;
let questions = 0;
let people = 0;

/** Starts the platform for the suite around it, and stops it after its last case. */
export function createStage(
  { lacks = {}, start }: PlatformUnderTest,
  { isConcurrent = true, ...options }: StartOptions & { isConcurrent?: boolean } = {},
): Stage {
  let platform: Platform | undefined;
  const script = new Map<string, Behaviour[]>();
  beforeAll(async () => {
    platform = await start(options);
    platform.model.respond((exchange) => {
      const behaviours = script.get(questionIn(exchange.request) ?? '') ?? [];
      const next = behaviours.length > 1 ? behaviours.shift() : behaviours[0];
      if (!next) throw new Error('a question that no case asked');
      return next(exchange);
    });
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  const own = (): Platform => {
    if (!platform) throw new Error('the platform has not started');
    return platform;
  };
  const about = (question: string) =>
    own().model.requests.filter((request) => questionIn(request) === question);

  const stage: Stage = {
    get platform() {
      return own();
    },
    question(...behaviours) {
      const question = `question-${questions++}-please`;
      script.set(question, behaviours);
      return question;
    },
    timesAsked: (question) => about(question).length,
    request: (question) => about(question).at(-1),
    prompts: (question) => textsOf(about(question).at(-1)),
    newcomer: () => own().person(`person${people++}`),
    async ended(place, texts) {
      let last: Shown[] = [];
      try {
        return await waitFor(async () => {
          last = await own().shown(place);
          const isAsWanted = JSON.stringify(last.map(({ text }) => text)) === JSON.stringify(texts);
          return isAsWanted && last.every(isEnded) && last;
        });
      } catch {
        // For the difference that is then printed.
        expect(last.map(({ text, buttons }) => [text, buttons])).toEqual(
          texts.map((text) => [text, expect.arrayContaining(['Delete'])]),
        );
        throw new Error(`still being written: ${JSON.stringify(last)}`);
      }
    },
    shows: (place, text) =>
      waitFor(async () => (await own().shown(place)).find((one) => one.text === text), {
        what: `"${text}"`,
      }),
    async isTold(person, words) {
      await soon(async () => expect(await person.told()).toContainEqual(expect.stringContaining(words)));
    },
    reasonToSkip: (needs) => needs.map((ability) => lacks[ability]).find((one) => one !== undefined),
    it(title, needs, run) {
      const reason = stage.reasonToSkip(needs);
      if (reason !== undefined) it.skip(`${title} (skipped: ${reason})`);
      else if (isConcurrent) it.concurrent(title, run);
      else it(title, run);
    },
  };
  return stage;
}

const isEnded = ({ isLive, buttons }: Shown) => !isLive && buttons.includes('Delete');

/** The last question of a request, but for those in quotes. Messages of Parley's own may follow it. */
function questionIn(request: ReceivedRequest): string | undefined {
  return textsOf(request)
    .map((text) => text.replace(QUOTED, '').match(QUESTION)?.at(-1))
    .findLast((found) => found !== undefined);
}

function textsOf(request: ReceivedRequest | undefined): string[] {
  return sentMessages(request).map((message) => {
    const { content } = message as { content: unknown };
    return typeof content === 'string' ? content : JSON.stringify(content);
  });
}
