/** Modals and the app's home. */
import { needed, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import { viewOf } from '../blocks/view-limits.ts';
import { homeOf, newView, openViews, putView, viewPayload } from '../blocks/views.ts';
import type { Context } from '../context.ts';
import type { StoredView } from '../world/world.ts';
import { type Methods, userOf } from './method.ts';

const STACK_MOST = 3;

export const viewMethods: Methods = {
  'views.open': {
    handle(context, call) {
      const body = viewOf(call.args, 'modal');
      const trigger = context.interactions.exchange(
        context,
        call,
        needed(call.args, 'trigger_id', 'invalid_trigger_id'),
      );
      const view = newView(context, call.workspace.id, trigger.user.id, body);
      trigger.views.push(view);
      return { view: viewPayload(context, view) };
    },
  },
  'views.push': {
    handle(context, call) {
      const body = viewOf(call.args, 'modal');
      const trigger = context.interactions.exchange(
        context,
        call,
        needed(call.args, 'trigger_id', 'invalid_trigger_id'),
      );
      const parent = trigger.view;
      if (!parent?.open) throw new SlackError('invalid_trigger_id');
      if (openViews(context, parent.rootId).length >= STACK_MOST) throw new SlackError('push_limit_reached');
      const view = newView(context, call.workspace.id, trigger.user.id, body, parent);
      trigger.views.push(view);
      return { view: viewPayload(context, view) };
    },
  },
  'views.update': {
    handle(context, call) {
      const view = find(context, call);
      checkHash(view, call);
      putView(context, view, viewOf(call.args, 'modal'));
      return { view: viewPayload(context, view) };
    },
  },
  'views.publish': {
    handle(context, call) {
      const user = userOf(call, 'user_id');
      const body = viewOf(call.args, 'home');
      const known = homeOf(context, call.workspace.id, user.id);
      if (known) {
        checkHash(known, call);
        putView(context, known, body);
      }
      const view = known ?? newView(context, call.workspace.id, user.id, body);
      return { view: viewPayload(context, view) };
    },
  },
};

function find({ world }: Context, { args, workspace }: Call): StoredView {
  const id = text(args, 'view_id');
  const external = text(args, 'external_id');
  const all = [...world.views.values()].filter((one) => one.workspaceId === workspace.id && one.open);
  const view = all.find((one) =>
    id === undefined ? external !== undefined && one.body.external_id === external : one.id === id,
  );
  if (!view) throw new SlackError('not_found');
  return view;
}

function checkHash(view: StoredView, { args }: Call): void {
  const hash = text(args, 'hash');
  if (hash !== undefined && hash !== view.hash) throw new SlackError('hash_conflict');
}
