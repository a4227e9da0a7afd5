/** Marks of what was forgotten at a place, so that a platform's history is not read again behind them. */
/** When something was forgotten: nothing that was said until then is read from the platform again. */
export interface ForgottenMark {
  /** Milliseconds since 1970, by Parley's clock. */
  at: number;
  /** The platform's id of the command, which stands among the ids of messages in their order; absent where it has none. */
  id?: string;
}

/** What was forgotten at a place. */
export interface ForgottenPlace {
  /** All that was said there. */
  all?: ForgottenMark;
  /** Something of it: the history of the place is not read any more, and what other people said may still be quoted. */
  history?: ForgottenMark;
  /** All that one person said there, by the person's id. */
  people: Record<string, ForgottenMark>;
}

/** Places are conversations, and beginnings of their ids: a channel, a tenant. Marks outlive what was forgotten. */
export interface ForgottenMarks {
  /** In the order of `places`. */
  read(places: string[]): Promise<(ForgottenPlace | undefined)[]>;
  change(place: string, change: Partial<ForgottenPlace>): Promise<void>;
  /** Marks all of a place as forgotten, in place of all marks within it; without a mark, no mark is left. */
  replaceWithin(place: string, mark: ForgottenMark | undefined): Promise<void>;
}
