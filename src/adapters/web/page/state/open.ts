import type { ConversationView, TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { lastChosen } from '../composer/model/chosen.ts';
import { backOff } from '../connection/back-off.ts';
import { ServerError, sentenceOf, server, type TurnsPage } from '../connection/server.ts';
import { showsBranch } from '../connection/shown-branch.ts';
import { see } from '../connection/version.ts';
import { forgetDraft, moveDraftToNew, newVisit } from '../drafts/drafts.ts';
import { inOrder, latestOf, refreshed } from '../sidebar/list-pages.ts';
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
        ...merge(open, branchOf(page)),
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

const branchOf = ({ conversation, turns, more }: TurnsPage) => ({ branch: conversation.shown, turns, more });

/** Reads under way, by conversation. A caller that asks during a read gets the next one. */
const reading = new Map<string, { again: boolean; done: Promise<boolean> }>();

/** Reads the newest turns of a conversation again. False when the server could not be reached. */
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

/** Reads the newest turns, and as many earlier pages as are shown. */
async function readAsShown(id: string): Promise<TurnsPage> {
  const page = await server.read(id);
  const { open } = getState();
  if (open.id === id) showsBranch(id, page.conversation.shown);
  const oldest = open.id === id ? open.turns[0]?.seq : undefined;
  let pages = Math.ceil(open.turns.length / Math.max(1, page.turns.length));
  for (let [first] = page.turns; first && page.more && pages > 0; pages--, [first] = page.turns) {
    if (oldest === undefined || first.seq <= oldest) break;
    const earlier = await server.read(id, first.seq);
    page.turns.unshift(...earlier.turns);
    page.more = earlier.more;
  }
  return page;
}

async function readUntilCurrent(id: string, read: { again: boolean }): Promise<boolean> {
  try {
    do {
      read.again = false;
      const before = editsSoFar();
      const page = await readAsShown(id);
      const { open } = getState();
      if (open.id !== id) return true;
      if (editsSoFar() !== before) read.again = true;
      else
        setState({
          open: { ...open, ...merge(open, branchOf(page)), chosen: page.conversation.chosen ?? {} },
        });
    } while (read.again);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError && error.status === 404)) return false;
    if (getState().open.id === id) gone(id);
    return true;
  }
}

/** Reads the page of turns before the first that is shown. */
export async function openEarlier(): Promise<void> {
  const { open } = getState();
  const first = open.turns[0];
  if (open.id === null || !first || open.loading) return;
  setState({ open: { ...open, loading: true }, problem: null });
  const settle = (change: { turns: TurnView[]; more: boolean }) => {
    const now = getState().open;
    if (now.visit !== open.visit) return;
    // If many turns came meanwhile, other turns are shown, and these do not fit before them.
    const fits = now.turns[0]?.seq === first.seq;
    const turns = [...change.turns, ...now.turns];
    setState({ open: { ...now, ...(fits && { turns, more: change.more }), loading: false } });
  };
  try {
    settle(await server.read(open.id, first.seq));
  } catch (error) {
    settle({ turns: [], more: open.more });
    setState({ problem: problemOf(error) });
  }
}

/** Shows all turns of the open conversation before it is printed. */
export function openWhole(): void {
  const { open } = getState();
  if (open.id === null) return;
  let { turns, more } = open;
  for (let [first] = turns; more && first; [first] = turns) {
    const earlier = server.readAtOnce(open.id, first.seq);
    if (!earlier || earlier.turns.length === 0) break;
    turns = [...earlier.turns, ...turns];
    more = earlier.more;
  }
  setState({ open: { ...open, turns, more } });
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
  // A reload would lead away from what a search has found.
  if (open.id !== null && !open.loading && !open.later) reload(open.id);
}
