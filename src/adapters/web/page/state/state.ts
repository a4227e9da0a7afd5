import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConversationChoices } from '../../../../core/choices/conversation-choices.ts';
import type { AccountView, OfferedService } from '../../api/account.ts';
import type { ConversationView, Limits, SettingsView, TurnEvents, TurnView } from '../../api.ts';
import { uuid } from '../connection/uuid.ts';
import type { PickedFile } from '../drafts/attachments.ts';
import type { Places } from './places/places.ts';

/** The whole state of the page. Everything else is derived from it while rendering. */
export interface PageState {
  /** `failed`: the server did not answer when the page was opened; `problem` says why. */
  stage: 'loading' | 'ready' | 'failed';
  /** As far as they were read, in the list's order; also the open one, and archived ones. */
  conversations: ConversationView[];
  /** `before` of the list's next page; null: there is none. */
  moreConversations: string | null;
  settings: SettingsView | null;
  /** The person who signed in; null: nobody did, or it is not read yet. */
  account: AccountView | null;
  /** Services at which the person could sign in. */
  services: OfferedService[];
  limits: Limits;
  /** Advice to the operator on how to improve the way this page is reached. */
  advice: string | null;
  open: OpenConversation;
  /** Text in the message box. The text and `files` belong to the open conversation. */
  draft: string;
  files: PickedFile[];
  /** Messages on their way to the server, in order. */
  outgoing: Outgoing[];
  /** Whether the server cannot be reached with the first outgoing message, which is retried. */
  heldUp: boolean;
  /** Status of the followed turn, which is the first live one. */
  progress: TurnEvents['status']['status'] | 'reconnecting';
  /** The model's words about what it does now; null: none. */
  saying: string | null;
  /** The turn whose message the person edits. */
  editing: string | null;
  /** The turn that the person asked to stop. */
  stopping: string | null;
  /** The last problem, shown above the message box. */
  problem: Problem | null;
  /** Whether the side panel lies over the page, on a narrow screen. */
  panelOpen: boolean;
  settingsOpen: boolean;
  /** The last sentence for screen readers. */
  announcement: string;
}

export interface OpenConversation {
  /** Changes each time something is opened. A fresh conversation gets it as its id. */
  visit: string;
  /** Null until the first message is sent. */
  id: string | null;
  /** The turns that are held: the newest, and those near to what is read. */
  turns: TurnView[];
  /** The places whose turns are not held. */
  missing: Places[];
  loading: boolean;
  /** Its own choices of the model and the like. */
  chosen: ConversationChoices;
  /** The turn to which a search or a link led. */
  found?: FoundTurn;
  /** All turns are drawn, since they are printed. */
  whole?: true;
  /** The branch that is shown, as in `ShownBranch`. Absent: not known yet. */
  branch?: string | undefined;
  /** The reason why the turns could not be read. */
  failure: string | null;
}

export interface FoundTurn {
  id: string;
  /** Its place in the conversation. */
  seq: number;
}

export interface Problem {
  sentence: string;
  /** Whether the problem's cause is gone; the problem then disappears. */
  isOver?: (state: PageState) => boolean;
}

export interface Outgoing {
  /** The message's id. */
  id: string;
  /** The branch that was shown when it was written; undefined: the server decides. */
  branch?: string | undefined;
  /** The conversation of the message; null while its visit has not become a conversation yet. */
  conversation: string | null;
  visit: string;
  text: string;
  files: PickedFile[];
  /** The choices beside the box when it was sent. */
  chosen: ConversationChoices;
}

/** A conversation without messages. */
export function freshConversation(visit = uuid()): OpenConversation {
  return { visit, id: null, turns: [], missing: [], loading: false, chosen: {}, failure: null };
}

let state: PageState = {
  stage: 'loading',
  conversations: [],
  moreConversations: null,
  settings: null,
  account: null,
  services: [],
  limits: {
    messageCharacters: Number.POSITIVE_INFINITY,
    attachmentBytes: Number.POSITIVE_INFINITY,
    attachments: Number.POSITIVE_INFINITY,
  },
  advice: null,
  open: freshConversation(),
  draft: '',
  files: [],
  outgoing: [],
  heldUp: false,
  progress: 'thinking',
  saying: null,
  editing: null,
  stopping: null,
  problem: null,
  panelOpen: false,
  settingsOpen: false,
  announcement: '',
};

const listeners = new Set<() => void>();

export function getState(): PageState {
  return state;
}

export function setState(change: Partial<PageState>): void {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
}

/** Calls the listener after every change. Returns a function that ends this. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Draws the component again when `select` returns another value. */
export function useStore<T>(select: (state: PageState) => T): T {
  const [, redraw] = useState({});
  const value = select(state);
  const latest = useRef({ select, value });
  latest.current = { select, value };
  useLayoutEffect(() => {
    const check = () => {
      if (!Object.is(latest.current.select(state), latest.current.value)) redraw({});
    };
    check();
    return subscribe(check);
  }, []);
  return value;
}

/** Has screen readers say a sentence when they come to a pause. */
export function announce(sentence: string): void {
  // The same sentence twice would not be a change; a no-break space makes it one.
  const again = getState().announcement === sentence;
  setState({ announcement: again ? `${sentence}\u00a0` : sentence });
}
