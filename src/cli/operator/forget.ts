/** `forget`: deletes a person, or all of a server or workspace, for the operator, and prints a receipt. */
import { PERSON_FORMS, tenantOf, wantedPerson } from '../../adapters/all.ts';
import type { Receipt, WantedPerson } from '../../core/forgetting/forget-everywhere.ts';
import { en } from '../../core/sentences/en.ts';
import { checkedId } from './access.ts';
import { type OperatorCommand, OperatorError } from './operator-command.ts';

const said = en.operating.forgetting;

export const forgetCommand: OperatorCommand = {
  name: 'forget',
  usage: 'server|workspace|person <id>',
  audited: 'forgotten',
  async run({ forgetEverywhere }, [kind = '', id = '', ...more]) {
    if (more.length > 0) throw new OperatorError('One id at a time.');
    const receipt = await forget(kind, id);
    const lines = linesOf(receipt);
    return lines.length === 0
      ? said.nothing(`${kind} ${id}`)
      : [said.deleted(`${kind} ${id}`), ...lines].join('\n');

    async function forget(kind: string, id: string): Promise<Receipt> {
      switch (kind) {
        case 'server':
        case 'workspace':
          return forgetEverywhere.tenant(tenantOf({ kind, id: checkedId(kind, id) }));
        case 'person':
          return forgetEverywhere.person(personOf(id));
        default:
          throw new OperatorError('Say what it is: server, workspace, person.');
      }
    }
  },
};

function personOf(id: string): WantedPerson {
  const person = wantedPerson(id);
  if (person) return person;
  const forms = PERSON_FORMS.map(({ form }) => form).join(' or ');
  throw new OperatorError(
    `The id of a person is ${forms}; of a browser on the page, web:<hash> as in the log.`,
  );
}

function linesOf(receipt: Receipt): string[] {
  const { conversations, messages, files, quotes, settings, books } = receipt;
  return [
    messages > 0 && said.messages(messages, conversations),
    files > 0 && said.files(files),
    quotes > 0 && said.quotes(quotes),
    settings > 0 && said.settings(settings),
    books > 0 && said.books(books),
  ].flatMap((line) => (line === false ? [] : [`  ${line}`]));
}
