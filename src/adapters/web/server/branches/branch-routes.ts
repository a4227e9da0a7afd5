/** The API for branches: a message edited, an answer made anew, and which of the versions is shown. */
import type { Context, Hono } from 'hono';
import type { StoredTurn } from '../../../../core/storage.ts';
import { branchIn, branchOf } from '../../../../core/turn/past/branches.ts';
import type { Attachment, ConversationId, Message } from '../../../../core/types.ts';
import type { ConversationView } from '../../api.ts';
import { fromServer } from '../../sentences/en.ts';
import { noConversation } from '../conversation-routes.ts';
import { newMessage, otherAnswer, readJson, shownBranchForm } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { titleOf } from '../titles.ts';
import { type Accept, NO_BRANCH } from '../turns/accept-message.ts';
import type { Checks, TurnRoutesOptions } from '../turns/turn-checks.ts';
import { bringFiles } from './branch-files.ts';

const { refusals } = fromServer;

/** Times that a branch is begun whose beginning was removed meanwhile. */
const MOST_TRIES = 3;

interface Wanted {
  /** The new message's id, and the branch's. */
  id: string;
  text?: string;
  /** Ids of files. */
  attachments?: string[];
  model?: string | undefined;
}

export interface BranchRoutesParts {
  checks: Checks;
  accept: Accept;
}

export function mountBranches(
  app: Hono<Env>,
  options: TurnRoutesOptions,
  tools: RouteTools,
  { checks, accept }: BranchRoutesParts,
): void {
  const { transcripts, conversations } = options;
  const { conversationOf, session, changed, jsonLimit } = tools;
  const begin = createBegin(options, checks);

  async function onBranch(c: Context, wanted: Wanted): Promise<Response> {
    const { tenant, id, entry, conversation } = await conversationOf(c);
    const trunk = session(c).conversation(id);
    const branch = branchOf(trunk, wanted.id);
    // Conversations of other platforms stay linear.
    if (branchIn(branch) === undefined) throw noConversation();
    const chosen = wanted.model === undefined ? entry.chosen : { ...entry.chosen, model: wanted.model };
    await checks.count(c, wanted.id);
    const seen = (await transcripts.find(branch, wanted.id))?.message;
    if (!seen) {
      await checks.checkChoices(c, chosen);
      await checks.afford(c, { ...(wanted.text !== undefined && { text: wanted.text }), chosen });
    }
    const place = {
      ...{ tenant, id, begins: false, after: entry.at, chosen },
      ...{ conversation: branch, shown: wanted.id },
    };
    for (let tries = 1; ; tries++) {
      // A branch that is asked for again may lack its message: a crash came between.
      const begun: Begun = await (seen
        ? { said: seen }
        : begin(c, { line: conversation, trunk, branch }, wanted));
      const { text, attachments } = begun.said;
      try {
        return await accept(c, { id: wanted.id, text, attachments }, { ...place, titled: begun.titled });
      } catch (error) {
        // Retention may remove a branch before its message has come.
        const isGone = error instanceof Refusal && error.code === NO_BRANCH;
        if (!isGone || tries === MOST_TRIES) throw error;
      }
    }
  }

  app.post('/api/conversations/:id/turns/:turn/edit', jsonLimit, async (c) => {
    const { id, text, attachments } = await readJson(c, newMessage);
    return onBranch(c, { id, text, attachments });
  });

  app.post('/api/conversations/:id/turns/:turn/regenerate', jsonLimit, async (c) =>
    onBranch(c, await readJson(c, otherAnswer)),
  );

  app.put('/api/conversations/:id/shown', jsonLimit, async (c) => {
    const { tenant, id } = await conversationOf(c);
    const { branch } = await readJson(c, shownBranchForm);
    const trunk = session(c).conversation(id);
    const known = await transcripts.branches(trunk);
    const isThere = branch === id || known.some((one) => one.conversation === branchOf(trunk, branch));
    if (!isThere) throw new Refusal(404, NO_BRANCH, refusals.messages.missing);
    const entry = await conversations.change(tenant, id, () => ({ shown: branch }));
    if (!entry) throw noConversation();
    changed(c, id);
    return c.json<ConversationView>(entry);
  });
}

interface Place {
  /** The conversation with the turn, as it is shown. */
  line: ConversationId;
  trunk: ConversationId;
  branch: ConversationId;
}

interface Begun {
  said: Pick<Message, 'text' | 'attachments'>;
  titled?: string;
}

function createBegin(options: TurnRoutesOptions, { turnOf }: Checks) {
  const { transcripts, queue } = options;

  /** @throws Refusal while a turn of that conversation up to this one waits or is answered */
  async function refuseWhileLive({ message, seq }: StoredTurn): Promise<void> {
    for (const { id, phase } of await queue.live(message.conversation)) {
      if (phase === 'answered') continue;
      const live = await transcripts.find(message.conversation, id);
      if (live && live.seq <= seq) throw new Refusal(409, 'live', refusals.messages.live);
    }
  }

  /**
   * Begins the branch in place of the turn that the path names. Returns what is said there, and the title that the
   * conversation had by the message before it, if that was its first.
   */
  return async (
    c: Context,
    { line, trunk, branch }: Place,
    { text, attachments }: Wanted,
  ): Promise<Begun> => {
    const turn = await turnOf(line, c.req.param('turn') ?? '');
    await refuseWhileLive(turn);
    const ids = attachments ?? turn.message.attachments.map(({ id }) => id);
    const files: Attachment[] = await bringFiles(options, trunk, branch, ids);
    if (attachments && files.length < ids.length)
      throw new Refusal(400, 'no-attachment', refusals.files.lost);
    const begun = await transcripts.fork(branch, { conversation: turn.message.conversation, seq: turn.seq });
    if (begun === 'gone') throw noConversation();
    if (begun === 'full') throw new Refusal(409, 'too-many-branches', refusals.messages.tooManyBranches);
    const isFirst = (await transcripts.read(line, { limit: 1, before: turn.seq })).turns.length === 0;
    const said = { text: text ?? turn.message.text, attachments: files };
    return { said, ...(isFirst && { titled: titleOf(turn.message) }) };
  };
}
