/** `allow`, `block` and `list`: the operator's lists of servers, workspaces and people. */
import { formsOf } from '../../adapters/all.ts';
import {
  type AccessList,
  type AccessLists,
  KINDS,
  type Kind,
  readId,
  standingOf,
} from '../../core/access/access-lists.ts';
import { en } from '../../core/sentences/en.ts';
import { type OperatorCommand, OperatorError } from './operator-command.ts';

const said = en.operating.access;

const USAGE = 'server|workspace|person <id>';
/** Stands in place of an id: `allow` then empties the list of allowed ids. */
const ALL = 'all';
const VARIABLES: Record<Kind, Record<keyof AccessList, string>> = {
  server: { allowed: 'ALLOWED_SERVERS', blocked: 'BLOCKED_SERVERS' },
  workspace: { allowed: 'ALLOWED_WORKSPACES', blocked: 'BLOCKED_WORKSPACES' },
  person: { allowed: 'ALLOWED_PEOPLE', blocked: 'BLOCKED_PEOPLE' },
};

/**
 * Removes a block. The id goes onto the list of allowed ids if that list is in force without it, or if neither a
 * block nor a list exists.
 */
export const allowCommand: OperatorCommand = {
  name: 'allow',
  audited: 'allowed',
  usage: `${USAGE}, or all in place of <id>`,
  async run({ accessLists, configured }, args) {
    const { kind, id } = readTarget(args, [ALL]);
    if (id === ALL) {
      await accessLists.change(kind, (list) => ({ ...list, allowed: [] }));
      return configured[kind].allowed.length > 0
        ? said.allowedEmptied(said.plurals[kind], VARIABLES[kind].allowed)
        : said.allAllowed(said.plurals[kind]);
    }
    const lists = await accessLists.change(kind, (list) => {
      const blocked = without(list.blocked, id);
      const isUnblocked = blocked.length < list.blocked.length;
      const others = [...configured[kind].allowed, ...list.allowed];
      const isIn = others.includes(id) || (others.length === 0 && isUnblocked);
      return { blocked, allowed: isIn ? list.allowed : [...list.allowed, id] };
    });
    if (standingOf([configured], kind, [id]) === 'blocked')
      return said.stillBlocked(`${kind} ${id}`, VARIABLES[kind].blocked);
    const isOnly = lists[kind].allowed.length === 1 && configured[kind].allowed.length === 0;
    return isOnly && lists[kind].allowed.includes(id)
      ? said.onlyAllowed(`${kind} ${id}`, `allow ${kind} ${ALL}`)
      : said.allowed(`${kind} ${id}`);
  },
};

export const blockCommand: OperatorCommand = {
  name: 'block',
  audited: 'blocked',
  usage: USAGE,
  async run({ accessLists }, args) {
    const { kind, id } = readTarget(args);
    // The id stays on the list of allowed ones: an empty list would allow everybody else.
    await accessLists.change(kind, ({ allowed, blocked }) => ({
      allowed,
      blocked: [...without(blocked, id), id],
    }));
    return said.blocked(`${kind} ${id}`);
  },
};

export const listCommand: OperatorCommand = {
  name: 'list',
  usage: '',
  async run({ accessLists, configured }, args) {
    if (args.length > 0) throw new OperatorError('The list takes nothing behind it.');
    const kept = await accessLists.read();
    return KINDS.flatMap((kind) => linesOf(kind, configured, kept)).join('\n');
  },
};

function linesOf(kind: Kind, configured: AccessLists, kept: AccessLists): string[] {
  const lines = (['allowed', 'blocked'] as const).flatMap((what) => [
    ...configured[kind][what].map((id) => `  ${what.padEnd(7)}  ${id}  (${VARIABLES[kind][what]})`),
    ...kept[kind][what].map((id) => `  ${what.padEnd(7)}  ${id}  (npm start -- ${COMMANDS[what]})`),
  ]);
  const isOpen = configured[kind].allowed.length + kept[kind].allowed.length === 0;
  const others = isOpen ? said.othersAllowed : said.othersNotAllowed;
  return [`${said.plurals[kind]}:`, ...lines, `  ${lines.length > 0 ? others : said.allListed}`];
}

const COMMANDS = { allowed: 'allow', blocked: 'block' };

function readTarget(
  [kind = '', id = '', ...more]: string[],
  words: string[] = [],
): { kind: Kind; id: string } {
  const known = KINDS.find((one) => one === kind);
  if (!known) throw new OperatorError(`Say what it is: ${KINDS.join(', ')}.`);
  if (more.length > 0) throw new OperatorError('One id at a time.');
  return { kind: known, id: words.includes(id) ? id : checkedId(known, id) };
}

/** The id as its platform writes it. @throws OperatorError */
export function checkedId(kind: Kind, text: string): string {
  const read = readId(formsOf(kind), text);
  if ('id' in read) return read.id;
  throw new OperatorError(`The id of a ${kind} is ${read.wanted}.`);
}

function without(list: string[], id: string): string[] {
  return list.filter((one) => one !== id);
}
