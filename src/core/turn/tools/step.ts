/** The steps of a turn: its calls of tools. They are journalled while the turn is answered, and kept with it. */
import type { SentItems } from '../../models/tool.ts';

/**
 * `asked`: the model wants it. `running`: it was begun. `unknown`: it was begun by a process that died, and may not be
 * done twice.
 */
export type StepState = 'asked' | 'running' | 'done' | 'failed' | 'unknown';

/** A page or a result that an answer can cite. */
export interface Source {
  /** From 1, over the whole turn. */
  number: number;
  url: string;
  /** As the page's author chose it: untrusted, and possibly empty. */
  title: string;
}

/** One call of a tool. */
export interface Step {
  /** The call's id, unique within the turn. */
  id: string;
  /** The provider's id of the call, if the turn has another step with it, or if it has an unusual form. */
  call?: string;
  tool: string;
  /** JSON, as the model wrote it. Of a hosted tool: its query or its code. */
  arguments: string;
  state: StepState;
  /** The provider ran it within its response, so no model gets it again as a call. */
  isHosted?: true;
  /** The text that the model reads as its outcome. Absent until the step has ended. */
  output?: string;
  sources?: Source[];
  /** Ids of the files that it made, which `Turn.files` describes. */
  files?: string[];
  /** It runs once more, since the process died in which it ran before. */
  isAgain?: true;
  /** Begin and end (ms since 1970). */
  began?: number;
  ended?: number;
}

/** One response of the model that called tools. */
export interface Round {
  /** Characters of the turn's answer up to the end of this response. */
  upTo: number;
  steps: Step[];
  /** Absent where it is too large, or came from an API that needs none. */
  sent?: SentItems;
}
