/**
 * The catalogue of sentences that people read, in English, by topic. A sentence that holds values is a function of
 * them; one that depends on the platform takes its Vocabulary. Another language is another value of `Sentences`.
 */
import * as commands from './en/commands.ts';
import * as demo from './en/demo.ts';
import * as settings from './en/settings.ts';

export const en = { commands, demo, settings };

export type Sentences = typeof en;
