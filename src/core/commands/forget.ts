/** `/forget`: what its caller said at a place, all that was said there, or all that is stored of a tenant. */

import type { Forgetting } from '../forgetting/forget.ts';
import type { Audit } from '../reports/audit.ts';
import { moderatorsOnlyNotice } from '../sentences/notices.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { CommandCall, CommandReply, Form } from './command.ts';
import { type CommandGroup, say } from './group.ts';
import { ALL, MINE, mayTakeAll, nameInPublic, nameOfPlace, nothingThere, WHOSE_CHOICES } from './whose.ts';

export interface ForgetOptions {
  forgetting: Forgetting;
  audit: Audit;
  words: Vocabulary;
}

/** What has to be typed before everything is deleted. */
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
    if (!place.isShared) return say(`All of ${nameOfPlace(call)} is deleted. ${REMEMBERS_NOTHING}`);
    const rest = mayTakeAll(call) ? othersForModerators(words) : others(words);
    if (messages === 0)
      return say(
        nothingThere(call, words, `Parley remembers nothing that you said in ${nameOfPlace(call)}. ${rest}`),
      );
    return say(
      `What you said in ${nameOfPlace(call)}, and what was answered to you, is deleted: ${counted(messages)}. ${REMEMBERS_NOTHING} ${rest}`,
    );
  }

  async function all(call: CommandCall): Promise<CommandReply> {
    if (!mayTakeAll(call)) return say(moderatorsOnlyNotice(words));
    const { messages } = await forgetting.place(call.tenant, call.place);
    note(call, call.place.kind, messages);
    return {
      type: 'text',
      text: `All of ${nameOfPlace(call)} is deleted: ${counted(messages)}. ${REMEMBERS_NOTHING}`,
      announcement: `${nameInPublic(call)} deleted all that Parley remembered of ${nameOfPlace(call)}.`,
    };
  }

  return {
    commands: [
      {
        name: 'forget',
        names: { de: 'vergessen' },
        description: `Delete what you said here, all of it, or all that is stored of this ${words.tenant}`,
        descriptions: {
          de: 'Lösche, was du hier gesagt hast, alles hier oder alles, was von diesem Server gespeichert ist',
        },
        permission: 'anyone',
        options: [
          {
            name: 'what',
            names: { de: 'was' },
            description: 'What to delete; what you said here where you choose nothing',
            descriptions: { de: 'Was gelöscht wird; ohne Auswahl, was du hier gesagt hast' },
            type: 'choice',
            required: false,
            choices: [
              ...WHOSE_CHOICES,
              { value: SERVER, label: `The whole ${words.tenant}, with settings and key (admins)` },
            ],
          },
        ],
        async run(call, { what = MINE }) {
          if (what === ALL && call.place.isShared && mayTakeAll(call)) {
            return {
              type: 'question',
              id: PLACE_QUESTION,
              text: `Delete all that Parley remembers of ${nameOfPlace(call)}, whoever said it? It cannot be undone, and people here will see that you did it.`,
              choice: CONFIRMED,
              label: 'Delete all of it',
            };
          }
          if (what !== SERVER) return own(call);
          if (!call.isAdmin)
            return say(
              `Only an admin can delete all of the ${words.tenant}. You can delete what you said here.`,
            );
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
          if (typed.trim().toLowerCase() !== WORD) return say(`Nothing was deleted: that was not “${WORD}”.`);
          await forgetting.tenant(call.tenant, call.place);
          note(call, SERVER);
          return {
            type: 'text',
            text: `Everything is deleted: all conversations of this ${words.tenant}, its settings and its API key.`,
            announcement: `${nameInPublic(call)} deleted all that Parley remembered of this ${words.tenant}, its settings and its API key.`,
          };
        },
      },
    ],
  };
}

const everythingForm = ({ tenant }: Vocabulary): Form => ({
  id: 'forget',
  title: `Delete everything of this ${tenant}`,
  fields: [
    {
      id: 'word',
      type: 'text',
      label: `Type ${WORD} to delete all of it`,
      hint: 'Every conversation, the settings and the API key. It cannot be undone.',
      value: '',
      placeholder: WORD,
      required: true,
      lines: 'one',
      longest: 20,
    },
  ],
});

const REMEMBERS_NOTHING = 'Parley remembers nothing of it.';
const others = ({ moderator }: Vocabulary) =>
  `What other people said stays; ${moderator} can delete all of it.`;
const othersForModerators = ({ command }: Vocabulary) =>
  `What other people said stays; ${command('forget conversation')} deletes that too.`;

function counted(messages: number): string {
  return messages === 1 ? 'one message with its answer' : `${messages} messages with their answers`;
}
