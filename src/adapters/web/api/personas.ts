/** The JSON of a person's personas. */

export interface PersonaName {
  id: string;
  /** Chosen as `/name`; no two differ only in case. */
  name: string;
}

export interface PersonaView extends PersonaName {
  text: string;
}

/** A new persona, or the new form of one. */
export interface PersonaChange {
  name: string;
  text: string;
}
