/** Who answers, who pays, what is stored and for how long, which Parley it is: as sentences. */
export interface AboutView {
  lines: { label: string; text: string }[];
  /** Whether the page for operators is open to this person. */
  isOperator: boolean;
}
