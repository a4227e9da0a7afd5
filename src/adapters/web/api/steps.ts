/** The JSON of a turn's steps, between the page and the server. */

/** A step in full, for people who unfold it. Both are plain text. */
export interface StepDetails {
  id: string;
  /** Arguments, a query or code. */
  input: string;
  /** Empty: nothing came of it. */
  output: string;
}
