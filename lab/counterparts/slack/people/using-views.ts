/** Modals: fill in, submit, close. */
import { object } from '../api/args.ts';
import { SlackError } from '../api/errors.ts';
import { checkView } from '../blocks/view-limits.ts';
import {
  type Element,
  elementsOf,
  newView,
  openViews,
  type Placed,
  putView,
  viewPayload,
} from '../blocks/views.ts';
import type { Context, Interaction } from '../context.ts';
import type { StoredView } from '../world/world.ts';
import { handleOf, type InteractionHandle } from './handle.ts';
import type { Who } from './using-commands.ts';
import { chosen } from './using-components.ts';

export type Answer = string | string[];

/** Answers by action id, or by block id and action id. */
export type Answers = Record<string, Answer | Record<string, Answer>>;

export async function submits(
  context: Context,
  who: Who,
  view: StoredView,
  answers: Answers,
): Promise<InteractionHandle> {
  if (!view.open) throw new Error(`the view ${view.id} is closed`);
  if (!view.body.submit) throw new Error(`the view ${view.id} has nothing to submit`);
  const inputs = elementsOf(view.body.blocks).filter(({ block }) => block.type === 'input');
  const values: Record<string, Record<string, unknown>> = {};
  const used = new Set<string>();
  for (const placed of inputs) {
    const answer = answerTo(placed, answers, used);
    const actionId = String(placed.element.action_id ?? 'auto');
    values[placed.blockId] = { ...values[placed.blockId], [actionId]: filledIn(placed, answer) };
  }
  for (const name of Object.keys(answers))
    if (!used.has(name)) throw new Error(`the view asks for no ${name}`);
  const interaction = await context.interactions.start(context, {
    type: 'interactive',
    kind: String(view.body.callback_id ?? 'a modal'),
    ...who,
    view,
    payload: { type: 'view_submission', view: viewPayload(context, view, values), response_urls: [] },
  });
  if (interaction.answer?.ok) afterwards(context, interaction, view);
  return handleOf(context, interaction);
}

/** Closes a modal by its cross. The app is told if it asked for that. */
export async function closes(
  context: Context,
  who: Who,
  view: StoredView,
): Promise<InteractionHandle | undefined> {
  view.open = false;
  const cleared = view.body.clear_on_close === true;
  if (cleared) for (const one of openViews(context, view.rootId)) one.open = false;
  if (!view.body.notify_on_close) return undefined;
  const payload = { type: 'view_closed', view: viewPayload(context, view), is_cleared: cleared };
  const kind = String(view.body.callback_id ?? 'a modal');
  return handleOf(
    context,
    await context.interactions.start(context, { type: 'interactive', kind, ...who, view, payload }),
  );
}

function answerTo({ blockId, element }: Placed, answers: Answers, used: Set<string>): Answer | undefined {
  const actionId = String(element.action_id ?? 'auto');
  for (const name of [blockId, actionId]) {
    const given = answers[name];
    if (given === undefined) continue;
    used.add(name);
    return typeof given === 'string' || Array.isArray(given) ? given : given[actionId];
  }
  return undefined;
}

/** Throws on an answer that a client would not let its user submit: the test is wrong. */
function filledIn({ block, element }: Placed, answer: Answer | undefined): Record<string, unknown> {
  const { type } = element;
  const optional = block.optional === true;
  if (/^(plain_text|url_text|email_text|number)_input$/.test(type)) {
    const typed = answer === undefined ? (element.initial_value as string | undefined) : String(answer);
    if (!typed && !optional) throw new Error(`${element.action_id} must be filled in`);
    checkLength(element, typed ?? '');
    return { type, value: typed || null };
  }
  if (answer === undefined) {
    const initial = element.initial_option ? { selected_option: element.initial_option } : initialOf(element);
    if (!initial && !optional) throw new Error(`${element.action_id} must be chosen`);
    return { type, ...(initial ?? chosen(element, [])) };
  }
  return { type, ...chosen(element, [answer].flat()) };
}

function initialOf(element: Element): object | undefined {
  if (element.initial_options) return { selected_options: element.initial_options };
  for (const what of ['user', 'channel', 'conversation']) {
    if (element[`initial_${what}`]) return { [`selected_${what}`]: element[`initial_${what}`] };
  }
  return undefined;
}

function checkLength(element: Element, typed: string): void {
  const most = Number(element.max_length ?? 3000);
  const least = typed === '' ? 0 : Number(element.min_length ?? 0);
  if (typed.length > most || typed.length < least) {
    throw new Error(`${element.action_id} takes ${least} to ${most} characters`);
  }
}

/** Applies the app's answer to the modal. */
function afterwards(context: Context, interaction: Interaction, view: StoredView): void {
  const answer = object(interaction.answer?.payload) ?? {};
  try {
    switch (answer.response_action) {
      case undefined:
        view.open = false;
        break;
      case 'clear':
        for (const one of openViews(context, view.rootId)) one.open = false;
        break;
      case 'update':
        putView(context, view, checkView(object(answer.view) ?? {}, 'modal'));
        interaction.views.push(view);
        break;
      case 'push':
        interaction.views.push(
          newView(
            context,
            view.workspaceId,
            view.userId,
            checkView(object(answer.view) ?? {}, 'modal'),
            view,
          ),
        );
        break;
      case 'errors':
        checkErrors(interaction, view, object(answer.errors) ?? {});
        break;
      default:
        interaction.trouble = `unknown response_action ${answer.response_action}`;
    }
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    interaction.trouble = error.code;
  }
}

/** Checks that each error names an input of the view. Otherwise the user sees only a general error. */
function checkErrors(interaction: Interaction, view: StoredView, errors: Record<string, unknown>): void {
  const known = elementsOf(view.body.blocks)
    .filter(({ block }) => block.type === 'input')
    .map(({ blockId }) => blockId);
  const unknown = Object.keys(errors).filter((id) => !known.includes(id));
  if (Object.keys(errors).length === 0 || unknown.length > 0) {
    interaction.trouble = `errors for no input: ${unknown.join(', ')}`;
  }
}
