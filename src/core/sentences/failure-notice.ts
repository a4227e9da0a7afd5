/**
 * Turns a failure into what a person reads: what happened, then what this reader can do about it. A member of a server
 * or workspace is told whom to ask, its admin which command to use, and the operator what to check.
 */

import type { Choice } from '../models/catalog/choose.ts';
import type { Failure } from '../models/model.ts';
import { inWords } from '../text/in-words.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** The person who reads a sentence, and the words of their platform. */
export interface Told {
  reader: Reader;
  words: Vocabulary;
}

/**
 * Two sentences at most; never anything the provider wrote.
 * @param choice who was asked, undefined when it did not come to that
 */
export function failureNotice(failure: Failure, choice: Choice | undefined, told: Told): string {
  const host = choice?.provider ? new URL(choice.provider.baseUrl).host : 'the model';
  const model = choice ? `“${choice.model}”` : 'the model';
  const isOwn = choice?.source === 'own';
  const { reader, words } = told;
  const otherModel = otherModelOf(told, choice);
  switch (failure.kind) {
    case 'no-key':
      // Its member can say to the admin what to do: there is one thing alone.
      return `No API key is set here yet. ${reader === 'member' ? `Ask an admin to set one ${words.changing.key}.` : admin(told, 'set one', 'key')}`;
    case 'key':
      return keyNotice(host, choice, told);
    case 'forbidden':
      return `${host} does not let this API key use ${model}. ${otherModel}`;
    case 'not-found':
      return `${host} does not have ${model}. ${otherModel}`;
    case 'quota':
      return isOwn
        ? `The account of the API key that is set here has no credit left at ${host}. ${admin(told, 'add credit there, or set another key', 'key')}`
        : `Parley's account at ${host} has no credit left. ${operator(told, 'add some', 'set an API key of your own')}`;
    case 'rate':
      return `${host} is getting too many requests just now. Try again ${inWords(failure.retryAfterMs)}.`;
    case 'context':
      return `This is longer than ${model} can read. Send less at once, or ${words.afresh}.`;
    case 'allowance':
      return `This is more than the API key's account may send to ${model} at once. Send less at once, or ${words.afresh}.`;
    case 'loading':
      return `${host} is still loading ${model}. Try again in a minute.`;
    case 'refused':
      return `${host} declined to answer this. Try saying it differently.`;
    case 'request':
      return `${host} could not take this request. ${otherModel}`;
    case 'server':
      return `${host} had a failure of its own. Try again in a moment.`;
    case 'unreachable':
      return `${host} cannot be reached. ${checkServer(told, isOwn, 'and that the server is running')}`;
    case 'private-address':
      return `${host} is not on the public internet, and this Parley allows no other base URLs. ${admin(told, 'change the base URL', 'settings')}`;
    case 'late':
      return `${host} did not begin to answer in time. Try again${orChoose(reader, choice, { model: 'a quicker model' })}.`;
    case 'stalled':
      return `${host} stopped sending in the middle of the answer. Try again.`;
    case 'too-large':
      return `${host} sent more than Parley can take at once. Try again.`;
    case 'cut':
      return `The answer broke off: ${host} closed the connection before its end. Try again.`;
    case 'not-an-api':
      return `${host} does not answer as a model API does. ${checkServer(told, isOwn, 'which usually ends in /v1')}`;
    case 'empty':
      return `${model} sent an answer without text. Try again, or say it differently.`;
    case 'spent':
      return `${model} used up all that it may write before its first word, as a rule by thinking. Ask for less at once${orChoose(reader, choice, { model: 'another model', effort: 'a lower reasoning effort' })}.`;
    case 'blocked':
      return 'Parley does not answer this, because whoever runs it has not allowed that.';
    case 'vault':
      return vaultNotice(told);
    case 'store':
      return 'Parley cannot reach its store just now, so nothing was sent to the model. Try again in a moment.';
    case 'bug':
      return `Parley made a mistake here. Try again; ${reader === 'operator' ? 'the log tells where it was' : 'whoever runs it finds the turn in the log'}.`;
  }
}

/** A task for an admin, as told to this reader. On the page everybody has settings of their own. */
function admin({ reader, words }: Told, task: string, by: keyof Vocabulary['changing']): string {
  if (reader === 'member') return `Ask an admin to ${task}.`;
  return `${capital(task)} ${words.changing[by]}.`;
}

/** Choices of the people who may change settings. The operator may offer one model only. */
function choicesOf({ offer }: Partial<Choice> = {}): { model: boolean; effort: boolean } {
  const { models, effort } = offer ?? { models: 'all', effort: true };
  return { model: models === 'all' || models.length > 1, effort };
}

function otherModelOf(told: Told, choice: Choice | undefined): string {
  if (told.reader === 'operator' && choice?.source === 'operator')
    return `Set OPENAI_MODEL to another model, or choose one ${told.words.changing.model}.`;
  return choicesOf(choice).model
    ? admin(told, 'choose another model', 'model')
    : operator(told, 'offer another model', 'set an API key of your own');
}

/** Other choices of this reader, as the rest of a sentence. */
function orChoose(
  reader: Reader,
  choice: Choice | undefined,
  ways: { model: string; effort?: string },
): string {
  const may = choicesOf(choice);
  const what = [may.effort && ways.effort, may.model && ways.model].filter(Boolean).join(' or ');
  return reader === 'member' || what === '' ? '' : `, or choose ${what}`;
}

/** A task for the operator alone, as told to this reader. @param own what their admin can do instead, by a key */
function operator({ reader, words }: Told, task: string, own: string): string {
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

function keyNotice(host: string, choice: Choice | undefined, told: Told): string {
  const hasKey = choice?.provider?.key !== undefined;
  if (choice?.source === 'own') {
    if (!hasKey)
      return `${host} wants an API key, and none is set here for it. ${admin(told, 'set one', 'key')}`;
    return `${host} does not accept the API key that is set here. ${admin(told, 'set it again or take another', 'key')}`;
  }
  const own = 'set an API key of your own';
  if (!hasKey)
    return `${host} wants an API key, and Parley has none for it. ${operator(told, 'set OPENAI_API_KEY', own)}`;
  return `${host} does not accept Parley's API key. ${operator(told, 'check OPENAI_API_KEY', own)}`;
}

function vaultNotice(told: Told): string {
  const what =
    'The API key that is saved here cannot be opened, because the master key of this Parley has changed.';
  const again = admin(told, 'save it again', 'key');
  if (told.reader === 'member') return `${what} ${again}`;
  const back = told.reader === 'operator' ? 'bring' : 'ask whoever runs Parley to bring';
  return `${what} ${again.slice(0, -1)}, or ${back} the old MASTER_KEYS back.`;
}

/** @param hint what else may be checked about the base URL or its server */
function checkServer({ reader, words }: Told, isOwn: boolean, hint: string): string {
  if (reader === 'member') return 'Try again in a moment; if it stays so, tell an admin.';
  if (isOwn) return `Check the base URL ${words.changing.settings}, ${hint}.`;
  if (reader === 'operator') return `Check OPENAI_BASE_URL, ${hint}.`;
  return 'Try again in a moment; if it stays so, tell whoever runs Parley.';
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
