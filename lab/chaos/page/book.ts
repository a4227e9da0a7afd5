/** The deeds of people on the page, as they know them. Times are by `performance.now()`. */
import type { Problem, ProblemCounter } from './problem.ts';

/** A message that was sent, or that somebody tried to send. */
export interface SentMessage {
  /** The token in its text. Answers anew have the same one. */
  token: string;
  /** Its id, and that of its turn. */
  id: string;
  person: string;
  conversation: string;
  kind: 'say' | 'edit' | 'regenerate';
  /** The branch that it was sent to, as in `ShownBranch`. */
  line: string;
  /** The ids of the turns before it in that branch, as its window knew them. */
  before: string[];
  begunAt: number;
  /** Undefined: it is still being sent, or was when the run ended. */
  endedAt?: number;
  outcome: 'open' | 'taken' | 'refused';
  /** Whether a request was made whose answer nobody got. */
  isUnclear: boolean;
}

/** Something that a person deleted or ended, or tried to. */
export interface Ending {
  askedAt: number;
  /** Undefined: nobody knows whether it was done. */
  doneAt?: number;
}

export interface MadeLink extends Period {
  id: string;
  person: string;
  conversation: string;
  /** The turns that had ended when it was made. */
  turns: string[];
  ending?: Ending;
}

export interface OpenedSession {
  person: string;
  cookies: ReadonlyMap<string, string>;
  openedAt: number;
  ending?: Ending;
}

export interface Renaming extends Period {
  conversation: string;
  title: string;
}

interface Period {
  begunAt: number;
  endedAt: number;
}

/** `either`: both are right. */
export type Fate = 'kept' | 'gone' | 'either';

export interface Book {
  messages: SentMessage[];
  links: MadeLink[];
  sessions: OpenedSession[];
  renamings: Renaming[];
  /** Deletions of turns, conversations and accounts, by the id or the name. */
  endings: { turns: Map<string, Ending>; conversations: Map<string, Ending>; accounts: Map<string, Ending> };
  /** The person of each token. */
  owners: Map<string, string>;
  /** The number of things that people did, by kind. */
  done: Map<string, number>;
  problems: Problem[];
  blame(counter: ProblemCounter, why: string): void;
  find(id: string): SentMessage | undefined;
  /** Whether a message must be there now. */
  fateOf(message: SentMessage): Fate;
  /** Whether something in a conversation, such as a link, must be there now. */
  fateIn(thing: { person: string; conversation: string; begunAt: number; endedAt?: number }): Fate;
}

export function createBook(): Book {
  const byId = new Map<string, SentMessage>();
  const endings: Book['endings'] = { turns: new Map(), conversations: new Map(), accounts: new Map() };
  const problems: Problem[] = [];
  const told = new Set<string>();
  const messages: SentMessage[] = [];
  const book: Book = {
    messages,
    links: [],
    sessions: [],
    renamings: [],
    endings,
    owners: new Map(),
    done: new Map(),
    problems,
    blame(counter, why) {
      if (told.has(counter + why)) return;
      told.add(counter + why);
      problems.push({ counter, why });
    },
    find(id) {
      for (const message of messages.slice(byId.size)) byId.set(message.id, message);
      return byId.get(id);
    },
    fateOf(message) {
      const { id, outcome, isUnclear } = message;
      if (outcome === 'refused') return isUnclear ? 'either' : 'gone';
      const turn = endings.turns.get(id);
      if (turn) return turn.doneAt === undefined ? 'either' : 'gone';
      const fate = book.fateIn(message);
      return outcome === 'open' && fate === 'kept' ? 'either' : fate;
    },
    fateIn({ person, conversation, begunAt, endedAt = Number.POSITIVE_INFINITY }) {
      const fates = [endings.conversations.get(conversation), endings.accounts.get(person)].map(
        (ending): Fate => {
          if (!ending || begunAt >= (ending.doneAt ?? Number.POSITIVE_INFINITY)) return 'kept';
          return ending.doneAt !== undefined && endedAt <= ending.askedAt ? 'gone' : 'either';
        },
      );
      return fates.find((fate) => fate === 'gone') ?? fates.find((fate) => fate === 'either') ?? 'kept';
    },
  };
  return book;
}

/** Counts something that a person did. */
export function count({ done }: Book, what: string): void {
  done.set(what, (done.get(what) ?? 0) + 1);
}
