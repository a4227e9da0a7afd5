/** Marks of forgotten messages. Parley does not read a platform's history beyond them again. */

/** When something was forgotten: no earlier message is read from the platform again. */
export interface ForgottenMark {
  /** Milliseconds since 1970, by Parley's clock. */
  at: number;
  /** The platform's id of the command, which stands among the ids of messages in their order; absent where it has none. */
  id?: string;
}

/** The marks of one place. */
export interface ForgottenPlace {
  /** Everything said there was forgotten. */
  all?: ForgottenMark;
  /** Part of it was forgotten: the place's history is not read any more, but messages of other people may be quoted. */
  history?: ForgottenMark;
  /** Everything that one person said there was forgotten, by the person's id. */
  people: Record<string, ForgottenMark>;
}

/** A place is a conversation's id or the beginning of one: a channel, a tenant. Marks outlive the forgotten messages. */
export interface ForgottenMarks {
  /** Returns the marks in the order of `places`. */
  read(places: string[]): Promise<(ForgottenPlace | undefined)[]>;
  change(place: string, change: Partial<ForgottenPlace>): Promise<void>;
  /** Marks all of a place as forgotten, and removes all marks within it. Without a mark, only that removal is done. */
  replaceWithin(place: string, mark: ForgottenMark | undefined): Promise<void>;
}
