/** The JSON of branches, between the page and the server. */
/** A new message in place of one that was sent. `id`: a UUID made by the page, which also names the branch. */
export interface EditedMessage {
  id: string;
  text: string;
  /** Ids of attachments, as those of a `NewMessage`. */
  attachments: string[];
}

/** A new answer to a message that was sent. `id`: as that of an `EditedMessage`. */
export interface OtherAnswer {
  id: string;
  /** Absent: the model that the conversation has. */
  model?: string;
}

/** The branch to show: its UUID, or the conversation's id for its trunk. */
export interface ShownBranch {
  branch: string;
}

/** The versions of a turn, each on a branch of its own. */
export interface Versions {
  /** The place of the turn among them, from 1. */
  at: number;
  /** Ids as those of `ShownBranch`, oldest first. */
  of: string[];
  /** They answer the same message. Absent: their messages differ. */
  areAnswers?: true;
}
