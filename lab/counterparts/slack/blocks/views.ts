/** Modals and homes, stored and in payloads. */
import { object } from '../api/args.ts';
import type { Context } from '../context.ts';
import { newId, newTs } from '../world/ids.ts';
import type { Block, StoredView, ViewBody } from '../world/world.ts';

export function newView(
  { world }: Context,
  workspaceId: string,
  userId: string,
  body: ViewBody,
  parent?: StoredView,
): StoredView {
  const id = newId('V');
  const view: StoredView = {
    id,
    workspaceId,
    userId,
    body,
    hash: newTs(),
    rootId: parent?.rootId ?? id,
    previousId: parent?.id ?? null,
    open: true,
    history: [body],
  };
  world.views.set(id, view);
  return view;
}

/** Replaces the content of a view. */
export function putView(_: Context, view: StoredView, body: ViewBody): void {
  view.body = body;
  view.hash = newTs();
  view.history.push(body);
}

export function homeOf({ world }: Context, workspaceId: string, userId: string): StoredView | undefined {
  return [...world.views.values()].find(
    (one) => one.body.type === 'home' && one.workspaceId === workspaceId && one.userId === userId,
  );
}

/** A stack of modals, the lowest first. */
export function openViews({ world }: Context, rootId: string): StoredView[] {
  return [...world.views.values()].filter((one) => one.rootId === rootId && one.open);
}

/** @param values the filled-in values, by block and action */
export function viewPayload(
  { world }: Context,
  view: StoredView,
  values: object = {},
): Record<string, unknown> {
  const { body } = view;
  return {
    id: view.id,
    team_id: view.workspaceId,
    type: body.type,
    title: body.title ?? null,
    submit: body.submit ?? null,
    close: body.close ?? null,
    blocks: body.blocks.map((block, index) => ({ ...block, block_id: blockId(block, index) })),
    private_metadata: body.private_metadata ?? '',
    callback_id: body.callback_id ?? '',
    external_id: body.external_id ?? '',
    state: { values },
    hash: view.hash,
    clear_on_close: body.clear_on_close ?? false,
    notify_on_close: body.notify_on_close ?? false,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: world.appId,
    app_installed_team_id: view.workspaceId,
    bot_id: world.workspaces.get(view.workspaceId)?.bot.id,
  };
}

/** The block's id. Slack gives an id to a block without one. */
export function blockId(block: Block, index: number): string {
  return typeof block.block_id === 'string' ? block.block_id : `auto${index}`;
}

export type Element = Record<string, unknown> & { type: string };

export interface Placed {
  blockId: string;
  block: Block;
  element: Element;
}

/** Interactive elements in blocks. */
export function elementsOf(blocks: Block[]): Placed[] {
  return blocks.flatMap((block, index) => {
    const given = [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])];
    return given
      .map(object)
      .filter((element): element is Element => typeof element?.type === 'string')
      .map((element) => ({ blockId: blockId(block, index), block, element }));
  });
}
