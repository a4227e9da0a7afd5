/** `/model`: which model answers. */

import { listModels } from '../models/catalog/catalog.ts';
import type { ModelChooser } from '../models/catalog/choose.ts';
import { createModelLists } from '../models/catalog/model-lists.ts';
import type { Audit } from '../reports/audit.ts';
import type { Saving } from '../saving.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings } from '../settings.ts';
import { MODEL_CHARACTERS, modelName, problemOf } from '../settings-fields.ts';
import type { TenantId } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { savedBy } from './command.ts';
import { type CommandGroup, say } from './group.ts';

export interface ModelOptions {
  settings: Settings;
  models: ModelChooser;
  saving: Saving;
  audit: Audit;
  words: Vocabulary;
}

/** Stands for the operator's model. */
const DEFAULT = 'default';
const MOST_SUGGESTED = 25;

export function modelCommand({ settings, models, saving, audit, words }: ModelOptions): CommandGroup {
  const lists = createModelLists(listModels);

  /** Models that may be chosen, from the list of the provider in use. Without a key there are none. */
  async function listed(tenant: TenantId): Promise<string[]> {
    const own = await settings.read(tenant).catch(() => undefined);
    const offer = own && models.offerOf(tenant, own);
    if (offer && offer.models !== 'all') return offer.models;
    const chosen = await models.choose(tenant).catch(() => undefined);
    return chosen?.choice.provider ? await lists.list(chosen.choice.provider) : [];
  }

  return {
    commands: [
      {
        name: 'model',
        names: { de: de.commands.model.name },
        description: en.commands.model.description,
        descriptions: { de: de.commands.model.description },
        permission: 'admin',
        options: [
          {
            name: 'name',
            description: en.commands.model.name(DEFAULT),
            descriptions: { de: de.commands.model.which.description(DEFAULT) },
            type: 'text',
            required: false,
            longest: MODEL_CHARACTERS,
            async suggest({ tenant }, typed) {
              const wanted = typed.trim().toLowerCase();
              const fits = [...(await listed(tenant)), DEFAULT].filter((id) =>
                id.toLowerCase().includes(wanted),
              );
              const begins = (id: string) => (id.toLowerCase().startsWith(wanted) ? 0 : 1);
              return fits.sort((a, b) => begins(a) - begins(b)).slice(0, MOST_SUGGESTED);
            },
          },
        ],
        async run(call, { name }) {
          const { tenant, author } = call;
          if (name === undefined)
            return say(
              en.commands.modelAnswering(models.describe(tenant, await settings.read(tenant)), words),
            );
          const { data, error } = modelName.safeParse(name);
          if (error) return say(problemOf(error));
          const offer = data === DEFAULT ? undefined : models.offerOf(tenant, await settings.read(tenant));
          if (offer && offer.models !== 'all' && !offer.models.includes(data))
            return say(en.notices.modelNotOffered(offer.models));
          const saved = await saving.model(savedBy(call), data === DEFAULT ? null : data);
          if (!saved.isSaved) return say(saved.problem);
          audit('settings changed', { tenant, person: author.id, fields: ['model'] });
          const { choice, doubt } = saved;
          return say([en.commands.model.changed(choice.model), doubt].filter(Boolean).join(' '));
        },
      },
    ],
  };
}
