import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { lastChosen } from '../composer/model/chosen.ts';
import { backOff } from '../connection/back-off.ts';
import { ServerError, sentenceOf, server } from '../connection/server.ts';
import { showsBranch } from '../connection/shown-branch.ts';
import { see } from '../connection/version.ts';
import { forgetDraft, moveDraftToNew, newVisit } from '../drafts/drafts.ts';
import { inOrder, latestOf, refreshed } from '../sidebar/list-pages.ts';
import { mergeAll, readAsShown } from './places/read-turns.ts';
import { problemOf } from './problem.ts';
import { readRoute, setRoute } from './route.ts';
import { announce, freshConversation, getState, type Problem, setState } from './state.ts';
import { editsSoFar, merge } from './turns.ts';

let tryAgain = () => {};
/** Makes `load` try again at once. */
export const loadNow = () => tryAgain();

/** Reads the page's data as soon as the server can be reached, and opens the conversation in the address. */
export async function load(): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      const { conversations, moreConversations, settings, account, services, limits, advice, version } =
        await server.state();
      see(version);
      setState({
        stage: 'ready',
        problem: null,
        conversations,
        moreConversations,
        settings,
        account,
        services,
        limits,
        advice,
      });
      return openRoute();
    } catch (error) {
      setState({ stage: 'failed', problem: problemOf(error) });
      const isPassing = error instanceof ServerError && error.isPassing;
      await new Promise<void>((resolve) => {
        tryAgain = resolve;
        if (isPassing) setTimeout(resolve, backOff(failures));
      });
    }
  }
}

/** Opens the conversation or view that the address names. */
export function openRoute(): void {
  const route = readRoute();
  const latest = latestOf(getState().conversations.filter(({ platform }) => platform === undefined));
  if (route.at === 'conversation') show(route.id);
  else if (route.at === 'start' && latest) {
    setRoute(latest.id, true);
    show(latest.id);
  } else showFresh();
}

export function openConversation(id: string): void {
  setRoute(id);
  setState({ panelOpen: false });
  if (getState().open.id !== id) show(id);
}

export function openNew(): void {
  setRoute(null);
  setState({ panelOpen: false });
  showFresh();
}

function showFresh(problem: Problem | null = null): void {
  setState({ open: { ...freshConversation(newVisit()), chosen: lastChosen() }, problem });
}

/** Deletes a conversation for good. */
export async function removeConversation(id: string): Promise<void> {
  await server.remove(id);
  takeOutConversations([id]);
  announce(onPage.panel.conversations.deleted);
}

/** Takes conversations that were deleted out of the list. */
export function takeOutConversations(ids: string[]): void {
  ids.forEach(forgetDraft);
  const { open, conversations } = getState();
  setState({ conversations: conversations.filter(({ id }) => !ids.includes(id)) });
  if (open.id !== null && ids.includes(open.id)) openNew();
}

/** Opens the latest conversation at the start, even one begun in another window since. */
export function openLatest(): void {
  const { open, draft, files, outgoing } = getState();
  const isUntouched = open.id === null && draft === '' && files.length === 0 && outgoing.length === 0;
  if (isUntouched && readRoute().at === 'start') openRoute();
}

/** Reads a conversation and shows it. */
export async function show(id: string, failures = 0): Promise<void> {
  const visited = {
    ...freshConversation(),
    id,
    loading: true,
    failure: failures > 0 ? getState().open.failure : null,
  };
  setState({ open: visited, problem: null });
  try {
    const before = editsSoFar();
    const page = await server.read(id);
    const { open } = getState();
    if (open.visit !== visited.visit) return;
    showsBranch(id, page.conversation.shown);
    setState({
      open: {
        ...open,
        ...merge(open, page),
        chosen: page.conversation.chosen ?? {},
        loading: false,
        failure: null,
      },
    });
    putConversation(page.conversation);
    if (editsSoFar() !== before) reload(id);
  } catch (error) {
    if (getState().open.visit !== visited.visit) return;
    if (error instanceof ServerError && error.status === 404) return gone(id);
    setState({ open: { ...visited, loading: false, failure: sentenceOf(error) } });
    if (error instanceof ServerError && error.isPassing) showSoon(visited.visit, id, failures);
  }
}

/** Shows the conversation as soon as the server can be reached, unless the person has moved on. */
function showSoon(visit: string, id: string, failures: number): void {
  setTimeout(() => {
    if (getState().open.visit === visit) show(id, failures + 1);
  }, backOff(failures));
}

function gone(id: string): void {
  setRoute(null, true);
  moveDraftToNew(id);
  showFresh({ sentence: onPage.panel.conversations.gone });
  setState({ conversations: getState().conversations.filter((each) => each.id !== id) });
}

/** Reads under way, by conversation. A caller that asks during a read gets the next one. */
const reading = new Map<string, { again: boolean; done: Promise<boolean> }>();

/** Reads the newest turns of a conversation again, and those looked at. False when the server could not be reached. */
export function reload(id: string): Promise<boolean> {
  const known = reading.get(id);
  if (known) {
    known.again = true;
    return known.done;
  }
  const read = { again: false, done: Promise.resolve(false) };
  reading.set(id, read);
  read.done = readUntilCurrent(id, read).finally(() => reading.delete(id));
  return read.done;
}

async function readUntilCurrent(id: string, read: { again: boolean }): Promise<boolean> {
  try {
    do {
      read.again = false;
      const before = editsSoFar();
      const pages = await readAsShown(id);
      const { open } = getState();
      if (open.id !== id) return true;
      const chosen = pages[0]?.page.conversation.chosen ?? {};
      if (editsSoFar() !== before) read.again = true;
      else setState({ open: { ...open, ...mergeAll(open, pages), chosen } });
    } while (read.again);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError && error.status === 404)) return false;
    if (getState().open.id === id) gone(id);
    return true;
  }
}

/** Adds a conversation to the list, or replaces its older version. */
export function putConversation(conversation: ConversationView): void {
  const others = getState().conversations.filter(({ id }) => id !== conversation.id);
  setState({ conversations: inOrder([conversation, ...others]) });
}

let refreshing: { again: boolean; done: Promise<boolean> } | undefined;

/** Reads the list of conversations again, and the settings. False when the server could not be reached. */
export function refreshConversations(): Promise<boolean> {
  if (refreshing) {
    refreshing.again = true;
    return refreshing.done;
  }
  const refresh = { again: false, done: Promise.resolve(false) };
  refreshing = refresh;
  refresh.done = refreshUntilCurrent(refresh).finally(() => {
    refreshing = undefined;
  });
  return refresh.done;
}

async function refreshUntilCurrent(refresh: { again: boolean }): Promise<boolean> {
  try {
    do {
      refresh.again = false;
      const { settings, account, advice, ...list } = await server.state();
      setState({ ...refreshed(getState(), list), settings, account, advice });
    } while (refresh.again);
    return true;
  } catch {
    // The shown list is only older. The next request will report the problem.
    return false;
  }
}

/** Reads again the data that may have changed while this page was hidden. */
export function catchUp(): void {
  const { stage, open } = getState();
  if (document.visibilityState !== 'visible' || stage !== 'ready') return;
  refreshConversations();
  if (open.id !== null && !open.loading) reload(open.id);
}
