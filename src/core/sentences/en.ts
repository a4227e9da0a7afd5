/**
 * The catalogue of sentences that people read, in English, by topic. A sentence that holds values is a function of
 * them; one that depends on the platform takes its Vocabulary. Another language is another value of `Sentences`.
 */
import * as about from './en/about.ts';
import * as buttons from './en/buttons.ts';
import * as commands from './en/commands.ts';
import * as demo from './en/demo.ts';
import { failures } from './en/failures.ts';
import * as limits from './en/money/limits.ts';
import * as usage from './en/money/usage.ts';
import * as notices from './en/notices.ts';
import * as checks from './en/operator/checks.ts';
import * as operating from './en/operator/operating.ts';
import * as setup from './en/operator/setup.ts';
import * as settings from './en/settings.ts';
import * as allowing from './en/tools/allowing.ts';
import * as files from './en/tools/files.ts';
import * as pictures from './en/tools/pictures.ts';
import * as sources from './en/tools/sources.ts';
import * as steps from './en/tools/steps.ts';
import * as web from './en/tools/web.ts';
import * as welcome from './en/welcome.ts';

export const en = {
  about,
  buttons,
  checks,
  commands,
  demo,
  failures,
  limits,
  notices,
  operating,
  settings,
  setup,
  tools: { allowing, files, pictures, sources, steps, web },
  usage,
  welcome,
};

export type Sentences = InAnyWords<typeof en>;

/** The same keys and arguments, with any text in place of each English one. */
type InAnyWords<T> = T extends string
  ? string
  : T extends (...values: infer Values) => infer Said
    ? (...values: Values) => InAnyWords<Said>
    : { [Key in keyof T]: InAnyWords<T[Key]> };
