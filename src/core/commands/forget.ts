/**
 * `/forget`: deletes the caller's messages at a place, all messages there, or everything that is stored of a tenant.
 */

import type { Forgetting } from '../forgetting/forget.ts';
import type { Audit } from '../reports/audit.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall, CommandReply, Form } from './command.ts';
import { type CommandGroup, say } from './group.ts';
import { ALL, MINE, mayTakeAll, nameInPublic, nameOfPlace, nothingThere, WHOSE_CHOICES } from './whose.ts';

export interface ForgetOptions {
  forgetting: Forgetting;
  audit: Audit;
  words: Vocabulary;
}

/** The word that a person types before everything is deleted. */
const WORD = 'forget';
const PLACE_QUESTION = 'forget';
const CONFIRMED = 'all';
const SERVER = 'server';

export function forgetCommand({ forgetting, audit, words }: ForgetOptions): CommandGroup {
  const note = ({ tenant, author, place }: CommandCall, what: string, count?: number) =>
    audit('forgotten', { tenant, person: author.id, conversation: place.id, what, count });

  async function own(call: CommandCall): Promise<CommandReply> {
    const { author, tenant, place } = call;
    const { messages } = await forgetting.saidBy(author.id, tenant, place);
    if (messages > 0) note(call, MINE, messages);
    if (!place.isShared) return say(en.commands.forget.allDeleted(nameOfPlace(call)));
    const rest = mayTakeAll(call)
      ? en.commands.forget.othersStayForModerators(words)
      : en.commands.forget.othersStay(words);
    if (messages === 0)
      return say(nothingThere(call, words, en.commands.forget.nothingOwn(nameOfPlace(call), rest)));
    return say(en.commands.forget.ownDeleted(nameOfPlace(call), messages, rest));
  }

  async function all(call: CommandCall): Promise<CommandReply> {
    if (!mayTakeAll(call)) return say(en.notices.moderatorsOnly(words));
    const { messages } = await forgetting.place(call.tenant, call.place);
    note(call, call.place.kind, messages);
    return {
      type: 'text',
      text: en.commands.forget.allCounted(nameOfPlace(call), messages),
      announcement: en.commands.forget.announced(nameInPublic(call), nameOfPlace(call)),
    };
  }

  return {
    commands: [
      {
        ...forgetIn(words),
        async run(call, { what = MINE }) {
          if (what === ALL && call.place.isShared && mayTakeAll(call)) {
            return {
              type: 'question',
              id: PLACE_QUESTION,
              text: en.commands.forget.allQuestion(nameOfPlace(call)),
              choice: CONFIRMED,
              label: en.commands.forget.allButton,
            };
          }
          if (what !== SERVER) return own(call);
          if (!call.isAdmin) return say(en.commands.forget.adminsOnly(words));
          return { type: 'form', form: everythingForm(words) };
        },
      },
    ],
    panels: [{ id: PLACE_QUESTION, permission: 'anyone', pick: all }],
    forms: [
      {
        id: 'forget',
        permission: 'admin',
        async submit(call, { word: [typed = ''] = [] }) {
          if (typed.trim().toLowerCase() !== WORD) return say(en.commands.forget.wrongWord(WORD));
          await forgetting.tenant(call.tenant, call.place);
          note(call, SERVER);
          return {
            type: 'text',
            text: en.commands.forget.everything(words),
            announcement: en.commands.forget.everythingAnnounced(nameInPublic(call), words),
          };
        },
      },
    ],
  };
}

const forgetIn = (words: Vocabulary): Omit<Command, 'run'> => ({
  name: 'forget',
  names: { de: de.commands.forget.name },
  description: en.commands.forget.description(words),
  descriptions: { de: de.commands.forget.description },
  permission: 'anyone',
  options: [
    {
      name: 'what',
      names: { de: de.commands.forget.what.name },
      description: en.commands.forget.what,
      descriptions: { de: de.commands.forget.what.description },
      type: 'choice',
      required: false,
      choices: [...WHOSE_CHOICES, { value: SERVER, label: en.commands.forget.tenant(words) }],
    },
  ],
});

const everythingForm = (words: Vocabulary): Form => ({
  id: 'forget',
  title: en.commands.forget.title(words),
  fields: [
    {
      id: 'word',
      type: 'text',
      label: en.commands.forget.label(WORD),
      hint: en.commands.forget.hint,
      value: '',
      placeholder: WORD,
      required: true,
      lines: 'one',
      longest: 20,
    },
  ],
});
