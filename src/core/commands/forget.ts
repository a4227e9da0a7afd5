/** `/forget`: a conversation, or all that is stored of a tenant. */
import type { Forgetting } from '../forget.ts';
import { type CommandGroup, say } from './group.ts';

export interface ForgetOptions {
  forgetting: Forgetting;
}

/** What has to be typed before everything is deleted. */
const WORD = 'forget';

export function forgetCommand({ forgetting }: ForgetOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'forget',
        names: { de: 'vergessen' },
        description: 'Delete this conversation, or all that is stored of this server',
        descriptions: { de: 'Lösche diese Unterhaltung oder alles, was von diesem Server gespeichert ist' },
        permission: 'anyone',
        options: [
          {
            name: 'what',
            names: { de: 'was' },
            description: 'What to delete; this conversation where you choose nothing',
            descriptions: { de: 'Was gelöscht wird; ohne Auswahl diese Unterhaltung' },
            type: 'choice',
            required: false,
            choices: [
              { value: 'conversation', label: 'This conversation' },
              { value: 'server', label: 'The whole server, with settings and key (admins)' },
            ],
          },
        ],
        async run(call, { what = 'conversation' }) {
          if (what === 'conversation') {
            await forgetting.conversation(call.conversation);
            return say('This conversation is deleted. Parley remembers nothing of it.');
          }
          if (!call.isAdmin)
            return say('Only an admin can delete all of the server. You can delete this conversation.');
          return {
            type: 'form',
            form: {
              id: 'forget',
              title: 'Delete everything of this server',
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
            },
          };
        },
      },
    ],
    forms: [
      {
        id: 'forget',
        permission: 'admin',
        async submit({ tenant }, { word: [typed = ''] = [] }) {
          if (typed.trim().toLowerCase() !== WORD) return say(`Nothing was deleted: that was not “${WORD}”.`);
          await forgetting.tenant(tenant);
          return say(
            'Everything is deleted: all conversations of this server, its settings and its API key.',
          );
        },
      },
    ],
  };
}
