/** Puts the messages of a branch together as turns, within the bounds of an import. */
import type { End } from '../../../../../core/types.ts';
import {
  IMPORT_LIMITS,
  type ImportedFile,
  type ImportedTurn,
  type ImportSource,
} from '../../../api/import.ts';

/** A conversation as it was read from a file. */
export interface ReadConversation {
  source: ImportSource;
  key: string;
  title: string;
  at: number;
  turns: ImportedTurn[];
  /** Whether a text was too long, and was cut. */
  isCut: boolean;
}

/** Reads a conversation message by message; undefined: nothing was said in it. */
export type ConversationSteps = Generator<undefined, ReadConversation | undefined>;

export interface SaidInFile {
  key: string;
  by: 'person' | 'model';
  text: string;
  files?: ImportedFile[];
  thoughts?: string;
  model?: string;
  end?: End;
  /** Milliseconds since 1970; absent: not known. */
  at: number | undefined;
}

export interface DraftOptions {
  source: ImportSource;
  key: string;
  title: string;
  /** When it was last written to; undefined: not known. */
  at: number | undefined;
}

/** Stands for the question of an answer that has none, such as a greeting. */
const NO_QUESTION = '…';
/** Control characters other than tab and line ends. */
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;
/** Characters kept for the place of a turn, behind a key that is there twice. */
const PLACE_CHARACTERS = 10;
const { answerCharacters, keyCharacters, textCharacters } = IMPORT_LIMITS;

export function draftConversation({ source, key, title, at }: DraftOptions) {
  const turns: ImportedTurn[] = [];
  const { keyOf, join, isCut } = createBounds();
  let latest = at ?? Date.now();

  function begin(message: SaidInFile, text: string): ImportedTurn {
    latest = message.at ?? turns.at(-1)?.at ?? latest;
    const turn: ImportedTurn = {
      key: keyOf(message),
      text: join('', text, textCharacters),
      files: message.by === 'person' ? filesOf(message) : [],
      answer: '',
      made: [],
      model: '',
      thoughts: '',
      end: 'stopped',
      at: latest,
    };
    turns.push(turn);
    return turn;
  }

  function answer(message: SaidInFile): void {
    const turn = turns.at(-1) ?? begin(message, NO_QUESTION);
    turn.answer = join(turn.answer, message.text, answerCharacters);
    turn.thoughts = join(turn.thoughts, message.thoughts ?? '', textCharacters);
    turn.model = (message.model || turn.model).slice(0, IMPORT_LIMITS.nameCharacters);
    turn.made.push(...filesOf(message).map((file) => ({ ...file, alt: '' })));
    turn.made.length = Math.min(turn.made.length, IMPORT_LIMITS.files);
    turn.end = message.end ?? 'stop';
  }

  return {
    add(message: SaidInFile): void {
      if (message.by === 'model') answer(message);
      else begin(message, message.text);
    },
    /** Undefined: nothing was said in it. */
    finish(): ReadConversation | undefined {
      const [first] = turns;
      if (!first) return undefined;
      const wanted = title.replaceAll(/\s+/g, ' ').trim();
      return {
        source,
        // Without an id of its own, it is known by its beginning.
        key: (key || `${first.key} ${first.at}`).slice(0, IMPORT_LIMITS.keyCharacters),
        title: wanted.slice(0, IMPORT_LIMITS.titleCharacters).toWellFormed(),
        at: at ?? turns.at(-1)?.at ?? latest,
        turns,
        isCut: isCut(),
      };
    },
  };
}

/** Keeps the texts and keys of a conversation within the bounds. */
function createBounds() {
  const keys = new Set<string>();
  let isCut = false;

  /** The text behind another one, as much as fits. */
  function join(before: string, text: string, most: number): string {
    const gap = before === '' || text === '' ? '' : '\n\n';
    const room = Math.max(0, most - before.length - gap.length);
    if (text.length > room) isCut = true;
    const added = text.slice(0, room).toWellFormed().replace(CONTROL, '');
    return added === '' ? before : before + gap + added;
  }
  /** A file can name two messages alike. */
  function keyOf({ key }: SaidInFile): string {
    const wanted = key.slice(0, keyCharacters - PLACE_CHARACTERS).toWellFormed() || '-';
    const own = keys.has(wanted) ? `${wanted} ${keys.size}` : wanted;
    keys.add(own);
    return own;
  }

  return { join, keyOf, isCut: () => isCut };
}

const filesOf = ({ files = [] }: SaidInFile) =>
  files.slice(0, IMPORT_LIMITS.files).map(({ name, type, size }) => ({
    name: name.slice(0, IMPORT_LIMITS.nameCharacters).toWellFormed(),
    type: type.slice(0, IMPORT_LIMITS.nameCharacters).toWellFormed(),
    size,
  }));
