/** The API for turns: accepts a message; follows, stops, regenerates and continues its answer. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { CONTINUE_PROMPT } from '../../../../core/sentences/prompts.ts';
import type { StoredTurn } from '../../../../core/storage.ts';
import { stepDetails, viewOf } from '../../answer/turn-view.ts';
import { fromServer } from '../../sentences/en.ts';
import { bringFiles } from '../branches/branch-files.ts';
import { mountBranches } from '../branches/branch-routes.ts';
import { noConversation } from '../conversation-routes.ts';
import { conversationId, newMessage, readJson } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { retitle } from '../titles.ts';
import { createAccept } from './accept-message.ts';
import { alreadyLive, type Checks, createChecks, type TurnRoutesOptions } from './turn-checks.ts';

const { refusals } = fromServer;

/** Delays before each try to regenerate an answer, ms. The queue may still be putting the answer away. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];

export function mountTurns(app: Hono<Env>, options: TurnRoutesOptions, tools: RouteTools): void {
  const checks = createChecks(options, tools);
  mountMessages(app, options, tools, checks);
  mountBranches(app, options, tools, { checks, accept: createAccept(options, tools) });
  mountAnswers(app, options, tools, checks);
  mountRetry(app, options, tools, checks);
  mountShort(app, options, tools, checks);
}

/** Routes of messages: a new one, and one that continues an answer. */
function mountMessages(
  app: Hono<Env>,
  options: TurnRoutesOptions,
  tools: RouteTools,
  { turnOf, refuseWhileLive, checkChoices, count, afford }: Checks,
): void {
  const { transcripts, conversations } = options;
  const { session, conversationOf, jsonLimit } = tools;
  const accept = createAccept(options, tools);

  app.post('/api/conversations/:id/messages', jsonLimit, async (c) => {
    const { tenant, ...own } = session(c);
    const id = c.req.param('id');
    const trunk = own.conversation(id);
    const known = await conversations.find(tenant, id);
    const conversation = known ? (await conversationOf(c)).conversation : trunk;
    const input = await readJson(c, newMessage);
    const begins = input.begins && conversationId.safeParse(id).success;
    if (!known && !begins) throw noConversation();
    const chosen = input.chosen ?? known?.chosen;
    await count(c, input.id);
    // A message that is sent again was taken already.
    if (!known || !(await transcripts.find(conversation, input.id))) {
      await checkChoices(c, chosen);
      await afford(c, { text: input.text, chosen });
    }
    const files = await bringFiles(options, trunk, conversation, input.attachments);
    if (files.length < input.attachments.length) {
      throw new Refusal(400, 'no-attachment', refusals.files.lost);
    }
    const { text } = input;
    return accept(
      c,
      { id: input.id, text, attachments: files },
      { tenant, id, begins, after: known?.at, chosen, conversation },
    );
  });

  app.post('/api/conversations/:id/turns/:turn/continue', async (c) => {
    const { tenant, id, entry, conversation } = await conversationOf(c);
    const cut = await turnOf(conversation, c.req.param('turn'));
    await refuseWhileLive(cut);
    const [last] = (await transcripts.read(conversation, { limit: 1 })).turns;
    const message = { id: continuationOf(cut), text: CONTINUE_PROMPT, attachments: [] };
    const isKnown = (await transcripts.find(conversation, message.id)) !== undefined;
    const isLast = last?.message.id === cut.message.id;
    if (!isKnown && (!isLast || cut.answer === ''))
      throw new Refusal(409, 'not-last', refusals.messages.notLast);
    await count(c, message.id);
    if (!isKnown) {
      await checkChoices(c, entry.chosen);
      await afford(c, { chosen: entry.chosen });
    }
    return accept(c, message, {
      tenant,
      id,
      begins: false,
      after: entry.at,
      chosen: entry.chosen,
      conversation,
    });
  });
}

/** Routes of answers: follow, read the thoughts and the steps, delete and stop. */
function mountAnswers(
  app: Hono<Env>,
  { transcripts, conversations, queue, feeds, readers, places, audit }: TurnRoutesOptions,
  { changed, newsFor, conversationOf, forgetTurn }: RouteTools,
  { turnOf }: Checks,
): void {
  app.get('/api/conversations/:id/turns/:turn/events', async (c) => {
    const { tenant, conversation } = await conversationOf(c);
    const { message } = await turnOf(conversation, c.req.param('turn'));
    places.take(tenant, c.env.outgoing);
    readers.send(
      c.env.outgoing,
      feeds.of({ conversation: message.conversation, id: message.id }),
      c.req.header('last-event-id'),
      newsFor(c),
    );
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/api/conversations/:id/turns/:turn/thoughts', async (c) => {
    const { conversation } = await conversationOf(c);
    const { thoughts = '' } = await turnOf(conversation, c.req.param('turn'));
    return c.json({ thoughts });
  });

  app.get('/api/conversations/:id/turns/:turn/steps', async (c) => {
    const { conversation } = await conversationOf(c);
    return c.json({ steps: stepDetails(await turnOf(conversation, c.req.param('turn'))) });
  });

  app.delete('/api/conversations/:id/turns/:turn', async (c) => {
    const { tenant, id, conversation } = await conversationOf(c);
    const turn = await transcripts.find(conversation, c.req.param('turn'));
    const own = turn?.message.conversation ?? conversation;
    if (turn) await retitle(own, turn.message, { conversations, transcripts });
    await forgetTurn(own, c.req.param('turn'));
    // A title may have been made of it meanwhile.
    if (turn) await retitle(own, turn.message, { conversations, transcripts });
    audit('forgotten', { tenant, person: tenant, what: 'message', conversation });
    changed(c, id);
    return c.body(null, 204);
  });

  app.post('/api/conversations/:id/turns/:turn/stop', async (c) => {
    const { conversation } = await conversationOf(c);
    const turn = await transcripts.find(conversation, c.req.param('turn'));
    await queue.cancel(turn?.message.conversation ?? conversation, c.req.param('turn'));
    return c.body(null, 204);
  });
}

function mountRetry(
  app: Hono<Env>,
  { queue, reader }: TurnRoutesOptions,
  { changed, conversationOf }: RouteTools,
  { turnOf, refuseWhileLive, checkChoices, count, afford }: Checks,
): void {
  app.post('/api/conversations/:id/turns/:turn/retry', async (c) => {
    const { tenant, id, entry, conversation } = await conversationOf(c);
    const turn = await turnOf(conversation, c.req.param('turn'));
    const { chosen } = entry;
    await checkChoices(c, chosen);
    await count(c, randomUUID());
    await afford(c, { chosen });
    const now = { reader: reader(tenant), ...(chosen && { chosen }) };
    // The page shows an answer's end a moment before the queue puts it away.
    for (const wait of PUT_AWAY_WAITS_MS) {
      await sleep(wait);
      await refuseWhileLive(turn);
      if (!(await queue.retry(turn.message.conversation, turn.message.id, now))) continue;
      changed(c, id);
      return c.json({ turn: viewOf(turn, 'waiting') }, 202);
    }
    throw alreadyLive();
  });
}

/** The short version of an answer. Making one counts as a message. */
function mountShort(
  app: Hono<Env>,
  { shortVersions, reader }: TurnRoutesOptions,
  { conversationOf }: RouteTools,
  { turnOf, count, afford }: Checks,
): void {
  app.post('/api/conversations/:id/turns/:turn/short', async (c) => {
    const { tenant, conversation } = await conversationOf(c);
    const turn = await turnOf(conversation, c.req.param('turn'));
    if (turn.short === undefined) {
      await count(c, randomUUID());
      await afford(c);
    }
    const made = await shortVersions.of(turn, { person: tenant, reader: reader(tenant) });
    if ('notice' in made) throw new Refusal(422, 'no-short', made.notice);
    return c.json({ short: made.text });
  });
}

/**
 * The id of the message that continues this answer. It is the same for all windows that ask at once, and
 * another one after the answer is made again.
 */
function continuationOf({ message, answer }: StoredTurn): string {
  const digest = createHash('sha256').update(`continue ${message.id} ${answer}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
