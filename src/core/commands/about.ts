/** `/about`: who answers here, who pays, and what is stored. */

import type { ModelChooser } from '../models/catalog/choose.ts';
import { type AboutFacts, aboutLines } from '../sentences/about.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings } from '../settings.ts';
import { readerByRights } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type CommandGroup, say } from './group.ts';

export interface AboutOptions {
  settings: Settings;
  models: ModelChooser;
  about: AboutFacts;
  words: Vocabulary;
}

export function aboutCommand({ settings, models, about, words }: AboutOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'about',
        names: { de: de.commands.about.name },
        description: en.commands.about.description,
        descriptions: { de: de.commands.about.description },
        permission: 'anyone',
        options: [],
        async run(call) {
          const own = await settings.read(call.tenant);
          const choice = models.describe(call.tenant, own);
          const lines = aboutLines(about, own, choice, readerByRights(call), words);
          return say(lines.map(({ label, text }) => `- **${label}**: ${text}`).join('\n'));
        },
      },
    ],
  };
}
