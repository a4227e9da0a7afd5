/** Keeps messages that were forgotten from being read from the platform again. */
import type { ForgottenMark, ForgottenMarks, ForgottenPlace } from '../core/forgetting/marks.ts';
import { isLater } from './catch-up/later-id.ts';

/** A message on the platform. */
export interface SaidThen {
  id: string;
  author: string;
}

/** The messages forgotten at one place, as of when it was asked. */
export interface Forgotten {
  /** Whether a message must not be read as history, which nobody points at. */
  asHistory(said: SaidThen): boolean;
  /** Whether a message must not be read even where somebody refers to it: it was forgotten itself. */
  itself(said: SaidThen): boolean;
  /** History up to this id is not read; undefined where all of it is. */
  historyUntil: string | undefined;
  /** Changes with each forgetting. */
  version: string;
}

export interface ForgottenReading {
  /**
   * @param places the conversation and the wider places that it is in
   * @param ownId Parley's own id in messages: what it said there was said to somebody
   */
  at(places: string[], ownId: string): Promise<Forgotten>;
}

export interface ForgottenReadingOptions {
  marks: Pick<ForgottenMarks, 'read'>;
  /** The id of a message of that time, milliseconds since 1970. Ids are decimal numbers that rise with time. */
  idAt(time: number): string;
}

export function createForgottenReading({ marks, idAt }: ForgottenReadingOptions): ForgottenReading {
  const idOf = (mark: ForgottenMark | undefined) => mark && (mark.id ?? idAt(mark.at));

  return {
    async at(places, ownId) {
      const found = (await marks.read([...new Set(places)])).filter((place) => place !== undefined);
      const newest = (pick: (place: ForgottenPlace) => (ForgottenMark | undefined)[]) =>
        found
          .flatMap(pick)
          .flatMap((mark) => idOf(mark) ?? [])
          .reduce<string | undefined>((one, other) => (one && isLater(one, other) ? one : other), undefined);
      const all = newest((place) => [place.all]);
      const historyUntil = newest((place) => [place.all, place.history]);
      const any = newest((place) => [place.all, place.history, ...Object.values(place.people)]);
      const isUntil = (id: string, until: string | undefined) => until !== undefined && !isLater(id, until);
      const ofPerson = (author: string) =>
        newest(({ people }) => [Object.hasOwn(people, author) ? people[author] : undefined]);
      const itself = ({ id, author }: SaidThen) =>
        isUntil(id, all) || isUntil(id, author === ownId ? any : ofPerson(author));
      return {
        itself,
        asHistory: (said) => isUntil(said.id, historyUntil) || itself(said),
        historyUntil,
        version: JSON.stringify(found),
      };
    },
  };
}
