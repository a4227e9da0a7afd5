/** Titles of conversations, which a small model writes from the first message and its answer. */
import type { ModelChooser } from '../models/catalog/choose.ts';
import { TITLE_INSTRUCTIONS, titlePrompt } from '../sentences/prompts.ts';
import type { TenantSettings } from '../settings.ts';
import type { StoredTurn } from '../storage.ts';
import { barred, quotedName } from '../turn/speech.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { cleanTitle } from './clean-title.ts';
import type { AskOnce } from './one-answer.ts';

/**
 * The title of a conversation that began with this turn. Undefined: the model, a limit or the signal gave none.
 * @throws StoreError
 */
export type MakeTitle = (
  turn: StoredTurn,
  person: string,
  settings: TenantSettings,
  signal: AbortSignal,
) => Promise<string | undefined>;

export interface TitleMakerOptions {
  /** Asks the model for titles. */
  askOnce: AskOnce;
  models: Pick<ModelChooser, 'describe'>;
  words: Vocabulary;
}

/** Characters of the message and of the answer that the model reads. */
const MOST_READ = 1_000;
const MOST_FILES = 5;
/** Characters of the model that are read; the title is the first line of them. */
const MOST_WRITTEN = 300;
/** Tokens with thoughts. With fewer, a model that always thinks comes to no title. */
const MOST_TOKENS = 500;
/** Longest wait for a title, ms. */
const LONGEST_MS = 30_000;

export function createTitleMaker({ askOnce, models, words }: TitleMakerOptions): MakeTitle {
  return async ({ message, answer }, person, settings, signal) => {
    const { tenant, conversation, namedRoles: roles = [] } = message;
    // The demo says the same to everything.
    if (models.describe(tenant, settings).source === 'demo') return undefined;
    const files = message.attachments.slice(0, MOST_FILES).map(({ name }) => quotedName(name));
    const made = await askOnce(
      {
        instructions: TITLE_INSTRUCTIONS,
        text: titlePrompt({
          message: barred(message.text.slice(0, MOST_READ)),
          files: files.join(', '),
          answer: barred(answer.slice(0, MOST_READ)),
        }),
        spender: { tenant, person, roles, conversation },
        settings,
        purpose: 'title',
        most: MOST_WRITTEN,
        maxOutput: MOST_TOKENS,
        longestMs: LONGEST_MS,
        // Nobody reads why there is none.
        told: { reader: 'member', words },
      },
      signal,
    );
    return 'text' in made ? cleanTitle(made.text) : undefined;
  };
}
