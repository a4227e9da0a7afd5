/** `/key …`: a tenant's own API key. It is entered in a form, never in an option, and never shown again. */
import { createHash } from 'node:crypto';
import type { ModelChooser } from '../models/catalog/choose.ts';
import type { Audit } from '../reports/audit.ts';
import type { Saving } from '../saving.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings } from '../settings.ts';
import { apiKey, KEY_CHARACTERS, problemOf } from '../settings-fields.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type Command, type Form, savedBy } from './command.ts';
import { type CommandGroup, type FormHandler, say } from './group.ts';

export interface KeyOptions {
  settings: Settings;
  models: ModelChooser;
  saving: Saving;
  audit: Audit;
  words: Vocabulary;
}

/** Most characters of a host in a hint. */
const HOST_CHARACTERS = 40;

export function keyCommands(options: KeyOptions): CommandGroup {
  return {
    commands: [keySet(options), keyStatus(options), keyRemove(options)],
    forms: [keyEntry(options)],
  };
}

function keySet({ settings, models }: KeyOptions): Command {
  return {
    name: 'key set',
    names: { de: de.commands.key.set.name },
    description: en.commands.key.set,
    descriptions: { de: de.commands.key.set.description },
    permission: 'admin',
    options: [],
    async run({ tenant }) {
      return { type: 'form', form: keyForm(models.baseUrlOf(tenant, await settings.read(tenant))) };
    },
  };
}

function keyStatus({ settings, models, words }: KeyOptions): Command {
  return {
    name: 'key status',
    names: { de: de.commands.key.status.name },
    description: en.commands.key.status,
    descriptions: { de: de.commands.key.status.description },
    permission: 'admin',
    options: [],
    async run({ tenant }) {
      const own = await settings.read(tenant);
      const baseUrl = models.baseUrlOf(tenant, own);
      const others = Object.keys(own.keys).filter((url) => url !== baseUrl);
      const also = others.length > 0 ? ` ${en.commands.key.others(others.map(hostOf).join(', '))}` : '';
      const key = own.keys[baseUrl];
      // A key that no master key opens is an error here too, before somebody asks something.
      await settings.key(tenant, baseUrl);
      if (key) return say(`${en.commands.key.inUse(key.last4, hostOf(baseUrl))}${also}`);
      const answers = en.commands.answersWithoutKey(models.describe(tenant, own).source, words);
      return say(`${en.commands.key.noneFor(hostOf(baseUrl))} ${answers}${also}`);
    },
  };
}

function keyRemove({ settings, audit, words }: KeyOptions): Command {
  return {
    name: 'key remove',
    names: { de: de.commands.key.remove.name },
    description: en.commands.key.remove(words),
    descriptions: { de: de.commands.key.remove.description },
    permission: 'admin',
    options: [],
    async run({ tenant, author }) {
      const { keys } = await settings.read(tenant);
      for (const baseUrl of Object.keys(keys)) {
        await settings.removeKey(tenant, baseUrl);
        audit('key removed', { tenant, person: author.id, host: hostOf(baseUrl) });
      }
      if (Object.keys(keys).length === 0) return say(en.commands.key.none);
      return say(en.commands.key.removed);
    },
  };
}

/** The answer to a filled-in `keyForm`. */
function keyEntry({ settings, models, saving, audit, words }: KeyOptions): FormHandler {
  return {
    id: 'key',
    permission: 'admin',
    async submit(call, { key: [typed = ''] = [] }, rest) {
      const { tenant, author } = call;
      const { data: key, error } = apiKey.safeParse(typed);
      if (error) return say(problemOf(error));
      const own = await settings.read(tenant);
      const baseUrl = models.baseUrlOf(tenant, own);
      // The key was typed for the base URL in the form. That URL may have changed meanwhile.
      if (rest !== digest(baseUrl)) return say(en.commands.key.baseUrlChanged(words));
      const saved = await saving.key(savedBy(call), own, key);
      if (!saved.isSaved) return say(saved.problem);
      audit('key set', { tenant, person: author.id, host: hostOf(baseUrl) });
      const { doubt } = saved;
      const inUse = en.commands.key.inUse(key.slice(-4), hostOf(baseUrl));
      return say([en.commands.settings.saved, inUse, doubt].filter(Boolean).join(' '));
    },
  };
}

const keyForm = (baseUrl: string): Form => ({
  id: `key:${digest(baseUrl)}`,
  title: en.commands.key.title,
  fields: [
    {
      id: 'key',
      type: 'text',
      label: en.commands.key.title,
      hint: en.commands.key.hint(shortHost(baseUrl)),
      value: '',
      placeholder: 'sk-…',
      required: true,
      lines: 'one',
      longest: KEY_CHARACTERS,
    },
  ],
});

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}

/** The end of a host shows who owns it, so a long host loses its beginning. */
function shortHost(baseUrl: string): string {
  const host = hostOf(baseUrl);
  return host.length > HOST_CHARACTERS ? `…${host.slice(1 - HOST_CHARACTERS)}` : host;
}

function digest(baseUrl: string): string {
  return createHash('sha256').update(baseUrl).digest('hex').slice(0, 16);
}
