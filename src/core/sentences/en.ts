/**
 * The catalogue of sentences that people read, in English, by topic. A sentence that holds values is a function of
 * them; one that depends on the platform takes its Vocabulary. Another language is another value of `Sentences`.
 */
import * as commands from './en/commands.ts';

export const en = { commands };

export type Sentences = typeof en;
