/** The pictures that the model asks for: each is made by the server once, or again after a crash, and posted once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../../counterparts/model-script.ts';
import { makes, pngOf } from '../../counterparts/model-tools/pictures.ts';
import { type Happening, STEP_ENDS } from '../faults.ts';
import type { SeenMessage } from '../judge/seen.ts';
import { tokensIn } from '../people/answers.ts';

/** A picture that the server was asked for. By `performance.now()`. */
export interface AskedPicture {
  token: string;
  at: number;
}

/** Time that a picture takes, ms. */
const MAKING_MS = 500;
/** Longest time that the request of a process that was just killed takes to arrive, ms. */
const ON_ITS_WAY_MS = 1_000;
const PNG = pngOf(200, 8);

/** The call of the tool that makes a picture of a turn. */
export const pictureCall = (token: string) => ({
  name: 'make_picture',
  input: { prompt: `${token} picture`, alt: 'a picture' },
});

export const drawing =
  (asked: AskedPicture[]): Behaviour =>
  async (exchange) => {
    const [token = ''] = tokensIn(exchange.request.sent);
    asked.push({ token, at: performance.now() });
    await sleep(MAKING_MS);
    await makes(PNG)(exchange);
  };

/** Sentences about pictures that were made too often, or not posted once. @param seen the messages of a whole answer */
export function judgePicture(
  token: string,
  asked: AskedPicture[],
  seen: SeenMessage[],
  happenings: Happening[],
): string[] {
  const problems: string[] = [];
  const own = asked.filter((one) => one.token === token);
  const ends = happenings.filter(({ kind }) => STEP_ENDS.has(kind));
  for (const [index, { at }] of own.entries()) {
    const before = own[index - 1];
    if (before && !ends.some((end) => end.at > before.at - ON_ITS_WAY_MS && end.at < at))
      problems.push(`made again: the picture of ${token}, although nothing ended in between`);
  }
  if (own.length > 2) problems.push(`made ${own.length} times: the picture of ${token}`);
  const posted = seen.filter(({ isDeleted }) => !isDeleted).flatMap(({ files }) => files);
  const isMade = own.length > 0;
  if (posted.length > 1) problems.push(`posted ${posted.length} times: the picture of ${token}`);
  // After a second death, nobody knows whether it was made, and the model is told so. The first may come before the request.
  const lastAt = own.at(-1)?.at ?? 0;
  const isCut = ends.some(({ at }) => at > lastAt - ON_ITS_WAY_MS && at < lastAt + MAKING_MS + ON_ITS_WAY_MS);
  if (isMade && own.length < 2 && posted.length === 0 && !isCut)
    problems.push(`not posted: the picture of ${token}`);
  return problems;
}
