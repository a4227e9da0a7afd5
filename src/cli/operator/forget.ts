/** `forget`: deletes a person, or all of a server or workspace, for the operator, and prints a receipt. */
import { PERSON_FORMS, tenantOf, wantedPerson } from '../../adapters/all.ts';
import type { Receipt, WantedPerson } from '../../core/forgetting/forget-everywhere.ts';
import { checkedId } from './access.ts';
import { type OperatorCommand, OperatorError } from './operator-command.ts';

export const forgetCommand: OperatorCommand = {
  name: 'forget',
  usage: 'server|workspace|person <id>',
  audited: 'forgotten',
  async run({ forgetEverywhere }, [kind = '', id = '', ...more]) {
    if (more.length > 0) throw new OperatorError('One id at a time.');
    const receipt = await forget(kind, id);
    const lines = linesOf(receipt);
    return lines.length === 0
      ? `Nothing is stored of the ${kind} ${id}.`
      : [`Deleted everything of the ${kind} ${id}:`, ...lines].join('\n');

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
  const { conversations, messages, files, quotes, settings } = receipt;
  return [
    line(messages, 'message with its answer', 'messages with their answers', conversations),
    line(files, 'file', 'files'),
    line(quotes, 'quote in a message of somebody else', 'quotes in messages of others'),
    line(settings, 'set of settings and API keys', 'sets of settings and API keys'),
  ].flatMap((one) => (one === undefined ? [] : [`  ${one}`]));
}

function line(count: number, one: string, many: string, conversations?: number): string | undefined {
  if (count === 0) return undefined;
  const where =
    conversations === undefined
      ? ''
      : ` in ${conversations} ${conversations === 1 ? 'conversation' : 'conversations'}`;
  return `${count} ${count === 1 ? one : many}${where}`;
}
