/** Judges what a person reads at the end: each message in its branch, once, behind the turns it was sent after. */
import type { TurnView } from '../../../../src/adapters/web/api.ts';
import { tokensIn } from '../../people/answers.ts';
import type { Book, SentMessage } from '../book.ts';
import { answerOf, type TokenRequest } from '../model.ts';
import type { Problem, ProblemCounter } from '../problem.ts';
import type { ReadConversation } from './read-conversations.ts';

type Blame = (counter: ProblemCounter, why: string) => void;

/** Turns that have ended otherwise than whole, to be answered again. */
export interface Unanswered {
  conversation: string;
  line: string;
  turn: TurnView;
}

export interface MessageFindings {
  problems: Problem[];
  unanswered: Unanswered[];
}

export function judgeMessages(
  book: Book,
  person: string,
  conversations: ReadConversation[],
): MessageFindings {
  const problems: Problem[] = [];
  const unanswered: Unanswered[] = [];
  const blame: Blame = (counter, why) => void problems.push({ counter, why: `${person}: ${why}` });
  const own = book.messages.filter((message) => message.person === person);
  for (const message of own) {
    const there = conversations.filter(({ id }) => id === message.conversation);
    judgePlace(book, message, there[0], blame);
  }
  for (const conversation of conversations) {
    if (conversations.filter(({ id }) => id === conversation.id).length > 1)
      blame('TWICE', `${conversation.id} is in the list twice`);
    for (const line of conversation.hidden) blame('HIDDEN', `${line} of ${conversation.id}`);
    for (const [line, turns] of conversation.lines) {
      judgeLine(book, line, turns, blame);
      for (const turn of turns)
        if (judgeAnswer(book, turn, blame) === 'again')
          unanswered.push({ conversation: conversation.id, line, turn });
    }
    judgeTitle(book, conversation, own, blame);
  }
  judgeList(book, own, conversations, blame);
  return { problems, unanswered };
}

/** The message in its branch, once; not at all where it was deleted. */
function judgePlace(
  book: Book,
  message: SentMessage,
  conversation: ReadConversation | undefined,
  blame: Blame,
): void {
  const { id, token, line } = message;
  const fate = book.fateOf(message);
  const isId = (turn: TurnView) => turn.id === id;
  const times = conversation?.lines.get(line)?.filter(isId).length ?? 0;
  if (fate === 'kept' && times === 0) blame('LOST', `${id} (${token}) of ${message.conversation}`);
  if (times > 1) blame('TWICE', `${id} (${token})`);
  const isAnywhere = [...(conversation?.lines.values() ?? [])].some((turns) => turns.some(isId));
  if (fate === 'gone' && isAnywhere) blame('GHOSTS', `${id} (${token}) in ${message.conversation}`);
}

/** The turns of a branch: its own, behind those it was begun with. */
function judgeLine(book: Book, line: string, turns: TurnView[], blame: Blame): void {
  const ids = turns.map(({ id }) => id);
  for (const [place, id] of ids.entries()) {
    const message = book.find(id);
    if (!message) blame('MIXED', `${line} has ${id}, which nobody sent`);
    if (message?.line !== line) continue;
    const before = ids.slice(0, place);
    const expected = message.before.filter((one) => isLeft(book, one));
    const foreign = before.filter(
      (one) => !message.before.includes(one) && (message.kind !== 'say' || book.find(one)?.line !== line),
    );
    if (foreign.length > 0) blame('MIXED', `${id} (${message.token}) stands behind ${foreign.join(', ')}`);
    const found = before.filter((one) => expected.includes(one));
    const missing = expected.filter((one) => !found.includes(one));
    if (missing.length > 0) blame('LOST', `${missing.join(', ')} before ${id} (${message.token})`);
    else if (found.join() !== expected.join()) blame('OUT OF ORDER', `before ${id} (${message.token})`);
    const late = before.map((one) => book.find(one)).find((one) => one && isAfter(one, message));
    if (late) blame('OUT OF ORDER', `${late.id} was sent after ${id} (${message.token})`);
  }
}

function isLeft(book: Book, id: string): boolean {
  const message = book.find(id);
  return message !== undefined && book.fateOf(message) === 'kept';
}

/** Sent once the other one was taken. */
const isAfter = (one: SentMessage, other: SentMessage) => one.begunAt > (other.endedAt ?? Infinity);

function judgeAnswer(book: Book, turn: TurnView, blame: Blame): 'again' | undefined {
  const message = book.find(turn.id);
  if (!message) return undefined;
  const { token, person } = message;
  if (tokensIn(turn.text).join() !== token) blame('MIXED', `${turn.id} has the text ${turn.text}`);
  if (turn.live || turn.end !== 'stop') {
    blame('UNFINISHED', `${turn.id} (${token}) ${turn.live ? 'is live' : `ended with ${turn.end}`}`);
    return turn.live ? undefined : 'again';
  }
  const begins = turn.answer.split('Begin of ').length - 1;
  if (turn.answer === answerOf(person, token)) return undefined;
  if (tokensIn(turn.answer).some((one) => one !== token))
    blame('MIXED', `${turn.id} has the answer ${turn.answer}`);
  else blame(begins > 1 ? 'TWICE' : 'UNFINISHED', `${turn.id} (${token}) has the answer ${turn.answer}`);
  return undefined;
}

/** A title is that of the last renaming, and none of a message that was deleted. */
function judgeTitle(book: Book, { id, title }: ReadConversation, own: SentMessage[], blame: Blame): void {
  const renamings = book.renamings.filter(({ conversation }) => conversation === id);
  const last = renamings.find((one) =>
    renamings.every((other) => other === one || other.endedAt < one.begunAt),
  );
  if (last && title !== last.title) blame('LOST', `the title ${last.title} of ${id}: ${title}`);
  const [token] = tokensIn(title);
  const said = own.filter((message) => message.token === token);
  if (said.length > 0 && said.every((message) => book.fateOf(message) === 'gone'))
    blame('GHOSTS', `the title ${title} of ${id}, whose message was deleted`);
}

/** Each conversation that was not deleted is in the list, also where all of its turns were. */
function judgeList(book: Book, own: SentMessage[], conversations: ReadConversation[], blame: Blame): void {
  const listed = new Set(conversations.map(({ id }) => id));
  const taken = own.filter(({ outcome }) => outcome === 'taken');
  for (const id of new Set(taken.map(({ conversation }) => conversation))) {
    const fates = taken.filter((message) => message.conversation === id).map((one) => book.fateIn(one));
    if (fates.includes('kept') && !listed.has(id)) blame('LOST', `the conversation ${id} is not in the list`);
    if (fates.every((fate) => fate === 'gone') && listed.has(id))
      blame('GHOSTS', `the conversation ${id} is in the list`);
  }
}

/** The model was told earlier turns of the same branch with a question, and nothing of another person. */
export function judgeRequests(book: Book, requests: TokenRequest[]): Problem[] {
  const problems: Problem[] = [];
  const byToken = Map.groupBy(book.messages, ({ token }) => token);
  const byLine = Map.groupBy(book.messages, ({ line }) => line);
  const tokenOf = (id: string) => book.find(id)?.token;
  for (const { token, told } of requests) {
    const asked = byToken.get(token) ?? [];
    const known = new Set(
      asked.flatMap(({ before, line }) => [
        ...before.map(tokenOf),
        ...(byLine.get(line) ?? []).map((message) => message.token),
      ]),
    );
    for (const one of told) {
      if (book.owners.get(one) !== book.owners.get(token))
        problems.push({ counter: 'LEAKED', why: `the model was told ${one} with ${token}` });
      else if (!known.has(one))
        problems.push({ counter: 'MIXED', why: `the model was told ${one} with ${token}` });
    }
  }
  return problems;
}
