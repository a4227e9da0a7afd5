/**
 * English notices about failures: what happened, then what this reader can do about it. A member of a server or
 * workspace is told whom to ask, its admin which command to use, and the operator what to check. Two sentences at most.
 */
import type { FailureKind } from '../../models/model.ts';
import type { Limit } from '../../money/limits.ts';
import type { Reader } from '../../types.ts';
import type { Vocabulary } from '../../vocabulary.ts';
import { afterMs } from './times.ts';

/** Facts of a failure that its notice names. */
export interface FailureFacts {
  /** The model's server, and the model; undefined where none was asked. */
  host: string | undefined;
  model: string | undefined;
  /** Whose key or server was used. */
  source: 'own' | 'operator' | 'other';
  hasKey: boolean;
  /** Choices of the people who may change settings. The operator may offer one model only. */
  choices: { model: boolean; effort: boolean };
  retryAfterMs: number | undefined;
  /** The limit that is reached; undefined for other failures. */
  limit: ReachedLimit | undefined;
  reader: Reader;
  words: Vocabulary;
}

/** A limit in words: `amount` such as `$5.00`, `renewal` such as `tomorrow at 00:00 (Europe/Berlin)`. */
export interface ReachedLimit extends Pick<Limit, 'of' | 'period' | 'setBy'> {
  amount: string;
  /** Nothing may be spent, so a renewal changes nothing. */
  isZero: boolean;
  renewal: string;
}

const hostOf = ({ host }: FailureFacts) => host ?? 'the model';
const modelOf = ({ model }: FailureFacts) => (model === undefined ? 'the model' : `“${model}”`);

export const failures: Record<FailureKind, (facts: FailureFacts) => string> = {
  // A member can tell the admin what to do, since only one thing helps.
  'no-key': (facts) =>
    `No API key is set here yet. ${facts.reader === 'member' ? `Ask an admin to set one ${facts.words.changing.key}.` : forAdmin(facts, 'set one', 'key')}`,
  key: keyRefused,
  forbidden: (facts) =>
    `${hostOf(facts)} does not let this API key use ${modelOf(facts)}. ${takeAnotherModel(facts)}`,
  'not-found': (facts) => `${hostOf(facts)} does not have ${modelOf(facts)}. ${takeAnotherModel(facts)}`,
  quota: (facts) =>
    facts.source === 'own'
      ? `The account of the API key that is set here has no credit left at ${hostOf(facts)}. ${forAdmin(facts, 'add credit there, or set another key', 'key')}`
      : `Parley's account at ${hostOf(facts)} has no credit left. ${forOperator(facts, 'add some', 'set an API key of your own')}`,
  rate: (facts) =>
    `${hostOf(facts)} is getting too many requests just now. Try again ${afterMs(facts.retryAfterMs)}.`,
  context: (facts) =>
    `This is longer than ${modelOf(facts)} can read. Send less at once, or ${facts.words.afresh}.`,
  allowance: (facts) =>
    `This is more than the API key's account may send to ${modelOf(facts)} at once. Send less at once, or ${facts.words.afresh}.`,
  loading: (facts) => `${hostOf(facts)} is still loading ${modelOf(facts)}. Try again in a minute.`,
  refused: (facts) => `${hostOf(facts)} declined to answer this. Try saying it differently.`,
  request: (facts) => `${hostOf(facts)} could not take this request. ${takeAnotherModel(facts)}`,
  server: (facts) => `${hostOf(facts)} had a failure of its own. Try again in a moment.`,
  unreachable: (facts) =>
    `${hostOf(facts)} cannot be reached. ${checkServer(facts, 'and that the server is running')}`,
  'private-address': (facts) =>
    `${hostOf(facts)} is not on the public internet, and this Parley allows no other base URLs. ${forAdmin(facts, 'change the base URL', 'settings')}`,
  late: (facts) =>
    `${hostOf(facts)} did not begin to answer in time. Try again${orChoose(facts, { model: 'a quicker model' })}.`,
  stalled: (facts) => `${hostOf(facts)} stopped sending in the middle of the answer. Try again.`,
  'too-large': (facts) => `${hostOf(facts)} sent more than Parley can take at once. Try again.`,
  cut: (facts) => `The answer broke off: ${hostOf(facts)} closed the connection before its end. Try again.`,
  'not-an-api': (facts) =>
    `${hostOf(facts)} does not answer as a model API does. ${checkServer(facts, 'which usually ends in /v1')}`,
  empty: (facts) => `${modelOf(facts)} sent an answer without text. Try again, or say it differently.`,
  spent: (facts) =>
    `${modelOf(facts)} used up all that it may write before its first word, usually by thinking. Ask for less at once${orChoose(facts, { model: 'another model', effort: 'a lower reasoning effort' })}.`,
  limit: ({ limit, ...facts }) =>
    limit ? limitReached(limit, facts) : 'What may be spent here is spent for now.',
  unpriced: (facts) =>
    `Spending is limited here, and Parley knows no price for ${modelOf(facts)}. ${findPrice(facts)}`,
  blocked: () => 'Parley does not answer this, because whoever runs it has not allowed that.',
  vault: vaultChanged,
  store: () =>
    'Parley cannot reach its store just now, so nothing was sent to the model. Try again in a moment.',
  bug: ({ reader }) =>
    `Parley made a mistake here. Try again; ${reader === 'operator' ? 'the log says where it was' : 'whoever runs it finds the reason in the log'}.`,
};

/** A task for an admin, as told to this reader. On the page everybody has settings of their own. */
function forAdmin({ reader, words }: FailureFacts, task: string, by: keyof Vocabulary['changing']): string {
  if (reader === 'member') return `Ask an admin to ${task}.`;
  return `${capital(task)} ${words.changing[by]}.`;
}

/** A task for the operator alone, as told to this reader. @param own what their admin can do instead, by a key */
function forOperator({ reader, words }: FailureFacts, task: string, own: string): string {
  switch (reader) {
    case 'operator':
      return `${capital(task)}, or ${own} ${words.changing.key}.`;
    case 'owner':
    case 'admin':
      return `Ask whoever runs Parley to ${task}, or ${own} ${words.changing.key}.`;
    case 'member':
      return 'Ask an admin to have it put right.';
  }
}

/** Names the limit, its renewal, and who can raise it. */
function limitReached(
  limit: ReachedLimit,
  { reader, words }: Pick<FailureFacts, 'reader' | 'words'>,
): string {
  const { amount, isZero, renewal, of, period, setBy } = limit;
  const isAtPage = reader === 'operator' || reader === 'owner';
  const whose: Record<Limit['of'], string> = {
    person: `Your ${amount}`,
    role: `Your ${amount}`,
    tenant: isAtPage ? `Your ${amount}` : `The ${amount} of this ${words.tenant}`,
    installation: `The ${amount} of this Parley`,
  };
  const there = setBy === 'admin' && !isAtPage && of !== 'tenant' ? ` ${words.here}` : '';
  const money = `${whose[of]} for ${period === 'day' ? 'today' : 'this month'}${there}`;
  if (isZero) return `${money} pays for no answer. ${whoCanRaise(limit, reader, words)}`;
  return `${money} is not enough for another answer: ask again ${renewal}, or sooner if ${raised(limit, reader, words)}.`;
}

function raised({ setBy }: ReachedLimit, reader: Reader, { changing }: Vocabulary): string {
  if (setBy === 'admin')
    return `${reader === 'member' ? 'an admin raises' : 'you raise'} it ${changing.limits}`;
  return reader === 'operator' ? 'you raise it in the environment' : 'whoever runs Parley raises it';
}

function whoCanRaise({ setBy }: ReachedLimit, reader: Reader, { changing }: Vocabulary): string {
  if (setBy === 'admin')
    return `${reader === 'member' ? 'An admin' : 'You'} can raise this limit ${changing.limits}.`;
  return reader === 'operator'
    ? 'You can raise this limit in the environment.'
    : 'Only whoever runs Parley can raise this limit.';
}

/** The way out where a model has no price. */
function findPrice({ reader, words, choices }: FailureFacts): string {
  const another = `choose another model ${words.changing.model}`;
  if (reader === 'operator') return `Add its price to the file that PRICES names, or ${another}.`;
  if (!choices.model) return 'Ask whoever runs Parley to add its price.';
  return reader === 'member'
    ? 'Ask an admin to choose another model, or whoever runs Parley to add its price.'
    : `${capital(another)}, or ask whoever runs Parley to add its price.`;
}

function takeAnotherModel(facts: FailureFacts): string {
  if (facts.reader === 'operator' && facts.source === 'operator')
    return `Set OPENAI_MODEL to another model, or choose one ${facts.words.changing.model}.`;
  return facts.choices.model
    ? forAdmin(facts, 'choose another model', 'model')
    : forOperator(facts, 'offer another model', 'set an API key of your own');
}

/** Other choices of this reader, as the rest of a sentence. */
function orChoose({ reader, choices }: FailureFacts, ways: { model: string; effort?: string }): string {
  const what = [choices.effort && ways.effort, choices.model && ways.model].filter(Boolean).join(' or ');
  return reader === 'member' || what === '' ? '' : `, or choose ${what}`;
}

function keyRefused(facts: FailureFacts): string {
  const host = hostOf(facts);
  if (facts.source === 'own') {
    if (!facts.hasKey)
      return `${host} wants an API key, and none is set here for it. ${forAdmin(facts, 'set one', 'key')}`;
    return `${host} does not accept the API key that is set here. ${forAdmin(facts, 'set it again or take another', 'key')}`;
  }
  const own = 'set an API key of your own';
  if (!facts.hasKey)
    return `${host} wants an API key, and Parley has none for it. ${forOperator(facts, 'set OPENAI_API_KEY', own)}`;
  return `${host} does not accept Parley's API key. ${forOperator(facts, 'check OPENAI_API_KEY', own)}`;
}

function vaultChanged(facts: FailureFacts): string {
  const what =
    'The API key that is saved here cannot be opened, because the master key of this Parley has changed.';
  const again = forAdmin(facts, 'save it again', 'key');
  if (facts.reader === 'member') return `${what} ${again}`;
  const back = facts.reader === 'operator' ? 'bring' : 'ask whoever runs Parley to bring';
  return `${what} ${again.slice(0, -1)}, or ${back} the old MASTER_KEYS back.`;
}

/** @param hint what else may be checked about the base URL or its server */
function checkServer({ reader, words, source }: FailureFacts, hint: string): string {
  if (reader === 'member') return 'Try again in a moment; if it stays so, tell an admin.';
  if (source === 'own') return `Check the base URL ${words.changing.settings}, ${hint}.`;
  if (reader === 'operator') return `Check OPENAI_BASE_URL, ${hint}.`;
  return 'Try again in a moment; if it stays so, tell whoever runs Parley.';
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
