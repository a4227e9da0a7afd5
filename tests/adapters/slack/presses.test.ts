/** Presses under an answer, from Slack's payload to what the presser reads. */
import { describe, expect, it, vi } from 'vitest';
import { SLACK_WORDS } from '../../../src/adapters/slack/vocabulary.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { CONTINUE_PROMPT } from '../../../src/core/sentences/prompts.ts';
import type { Message } from '../../../src/core/types.ts';
import { turnOf } from '../../fixtures.ts';
import { ADMIN, CONVERSATION, interacting, MEMBER, TENANT } from './interacting.ts';
import type { View } from './views.ts';

const TURN = 'T1-C1-1700000000.000100';
const RICH = { type: 'rich_text', block_id: 'r', elements: [] };
const OTHER = 'UOTHER';

const button = (name: string, turn = TURN) => ({ action_id: `parley_${name}`, value: `v1:${turn}` });
const feedback = (value: string, turn = TURN) => ({
  type: 'feedback_buttons',
  action_id: 'parley_feedback',
  value: `v1:${value}:${turn}`,
});

/** With an answer of a member's. */
async function answered() {
  const slack = await interacting();
  const { message } = turnOf(TURN);
  const asked: Message = {
    ...message,
    conversation: CONVERSATION,
    lane: CONVERSATION,
    tenant: TENANT,
    author: { id: MEMBER, name: 'Bob' },
  };
  await slack.transcripts.append(CONVERSATION, { message: asked, answer: 'An answer.', end: 'length' });
  await slack.records.write(TURN, {
    conversation: CONVERSATION,
    asker: MEMBER,
    ids: ['1700000001.000100'],
    round: 1,
  });
  /** Turns that were run, with what they were asked. */
  const run: Message[] = [];
  slack.queue.run(async (one) => {
    run.push(one);
    await slack.keep(one.conversation, { message: one, answer: 'Again.', end: 'stop' });
    return 'done';
  });
  return { slack, asked, run };
}

describe('a press', () => {
  it.each(['stop', 'regenerate', 'continue', 'delete'])(
    'of %s is acknowledged first, and is for who asked or an admin',
    async (name) => {
      const { slack, run } = await answered();
      await using _ = slack;
      const { acks, before } = await slack.presses(button(name), { user: OTHER });
      expect([acks, before]).toEqual([[{}], 0]);
      expect(slack.told()).toEqual(['Only the person who asked, or an admin, can do that.']);
      expect(run).toEqual([]);
      expect(await slack.transcripts.find(CONVERSATION, TURN)).toBeDefined();
    },
  );

  it('on an answer that is not known any more says so', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.presses(button('stop', 'T1-C1-1.1'));
    await slack.presses({ action_id: 'parley_stop', value: 'v0:x' });
    expect(slack.told()).toEqual([en.notices.answerGone, en.notices.answerGone]);
  });

  it('of Regenerate answers again, by an admin too, and once for a press that comes twice', async () => {
    const { slack, run } = await answered();
    await using _ = slack;
    await slack.presses(button('regenerate'), { user: ADMIN, trigger: 'same' });
    await slack.presses(button('regenerate'), { user: ADMIN, trigger: 'same' });
    await expect.poll(() => run.map(({ id }) => id)).toEqual([TURN]);
    expect(slack.told()).toEqual([]);
  });

  it('is each taken on a Slack whose triggers are all the same', async () => {
    const { slack, run } = await answered();
    await using _ = slack;
    await slack.presses({ action_id: 'parley_stop', value: 'v0:x' }, { trigger: 'same' });
    await slack.presses(button('regenerate'), { trigger: 'same' });
    await expect.poll(() => run.map(({ id }) => id)).toEqual([TURN]);
    expect(slack.told()).toEqual([en.notices.answerGone]);
  });

  it('of Regenerate on what was forgotten says so', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.transcripts.remove(CONVERSATION, TURN);
    await slack.presses(button('regenerate'));
    expect(slack.told()).toEqual([en.notices.busyOrForgotten]);
  });

  it.each(['regenerate', 'continue'])('of %s is refused once the asker may not ask', async (name) => {
    const { slack, run } = await answered();
    await using _ = slack;
    slack.setAccess('admins');
    await slack.presses(button(name));
    expect(slack.told()).toEqual([en.notices.notAnswered('admins', SLACK_WORDS)]);
    expect(run).toEqual([]);
  });

  it('of Continue goes on in a turn of its own, once, and takes the button away', async () => {
    const { slack, run } = await answered();
    await using _ = slack;
    const message = {
      ts: '1700000001.000100',
      text: 'An answer &amp; more.',
      blocks: [RICH, { type: 'actions', elements: [] }],
    };
    await slack.presses(button('continue'), { message });
    await slack.presses(button('continue'), { message });
    await expect.poll(() => run.length).toBe(1);
    expect(run[0]).toMatchObject({
      id: 'T1-C1-1700000009.000900',
      conversation: CONVERSATION,
      text: CONTINUE_PROMPT,
      author: { id: MEMBER },
    });
    const [update] = slack.of('chat.update');
    expect(update).toMatchObject({ channel: 'C1', ts: message.ts, text: message.text });
    expect(JSON.stringify(update?.blocks)).not.toContain('parley_continue');
    expect(JSON.stringify(update?.blocks)).toContain('rich_text');
  });

  it('of Stop on an answer that nobody writes any more says what happened, and gives other buttons', async () => {
    const { slack, asked } = await answered();
    await using _ = slack;
    await slack.keep(CONVERSATION, { message: asked, answer: 'An', end: null });
    const message = {
      ts: '1700000001.000100',
      text: 'An',
      blocks: [RICH, { type: 'actions', elements: [] }],
    };
    await slack.presses(button('stop'), { message });
    const [update] = slack.of('chat.update');
    expect(JSON.stringify(update?.blocks)).toContain(en.notices.cutByRestart);
    expect(JSON.stringify(update?.blocks)).toContain('parley_regenerate');
    expect(JSON.stringify(update?.blocks)).not.toContain('parley_stop');
  });

  it('of Stop on a stream that was left open closes it first', async () => {
    const { slack, asked } = await answered();
    await using _ = slack;
    await slack.keep(CONVERSATION, { message: asked, answer: 'An', end: null });
    slack.refusals.set('chat.update', 'streaming_state_conflict');
    await slack.presses(button('stop'));
    expect(slack.calls.slice(0, 3).map(({ method }) => method)).toEqual([
      'chat.update',
      'chat.stopStream',
      'chat.update',
    ]);
  });

  it('of Stop on an answer that has ended shows it as it is kept', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.presses(button('stop'));
    expect(slack.of('chat.update')).toEqual([]);
    expect(slack.shown.at(-1)?.part?.text).toContain('An answer.');
  });

  it.each([
    { title: 'a short one', thoughts: 'Hmm.\n\n<!channel> *so* be it' },
    { title: 'one of 30,000 Japanese characters', thoughts: '考えてみましょう。'.repeat(3_400) },
    { title: 'one of half a million characters', thoughts: 'Then again, no.\n'.repeat(31_250) },
  ])('of Show thinking opens it in a modal to whoever presses: $title', async ({ thoughts }) => {
    const { slack, asked } = await answered();
    await using _ = slack;
    const kept = { message: asked, answer: 'An answer.', end: 'stop' as const, thoughts };
    await slack.keep(CONVERSATION, kept);
    await slack.presses(button('thoughts'), { user: OTHER });
    const [{ view } = { view: '' }] = slack.of('views.open');
    const { blocks } = (typeof view === 'string' ? JSON.parse(view) : view) as View;
    expect(blocks.length).toBeLessThanOrEqual(100);
    const said = (blocks as { text: { type: string; text: string } }[]).map(({ text }) => text);
    expect(said.every(({ type, text }) => type === 'plain_text' && Buffer.byteLength(text) <= 3_000)).toBe(
      true,
    );
    const bare = (text: string) => text.replace(/\s+/g, '');
    const shown = bare(said.map(({ text }) => text).join(''));
    if (thoughts.length < 100_000) expect(shown).toBe(bare(thoughts));
    else expect(said.at(-1)?.text).toContain('more of it than fits here');
    expect(slack.told()).toEqual([]);
  });

  it('of Show thinking that comes too late for a modal shows its beginning to who pressed alone', async () => {
    const { slack, asked } = await answered();
    await using _ = slack;
    const kept = {
      message: asked,
      answer: 'An answer.',
      end: 'stop' as const,
      thoughts: 'Long ago … '.repeat(900),
    };
    await slack.keep(CONVERSATION, kept);
    slack.refusals.set('views.open', 'expired_trigger_id');
    await slack.presses(button('thoughts'));
    expect(slack.told()[0]).toMatch(/^Long ago … Long ago/);
  });

  it('of Show thinking on an answer without any says so', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.presses(button('thoughts'));
    expect(slack.told()).toEqual([en.notices.thoughtsGone]);
    expect(slack.of('views.open')).toEqual([]);
  });

  it('of Delete takes the answer and its messages away', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.presses(button('delete'));
    expect(slack.shown).toEqual([{ kind: 'remove', id: '1700000001.000100' }]);
    expect(await slack.transcripts.find(CONVERSATION, TURN)).toBeUndefined();
    expect(await slack.records.read(TURN)).toBeUndefined();
  });

  it.each([
    ['workspace', { team: { id: 'T2', domain: 'd' } }],
    ['channel', { channel: { id: 'C2' }, container: { type: 'message', message_ts: '1700000001.000100' } }],
    ['message', { container: { type: 'message', message_ts: '1700000002.000200', channel_id: 'C1' } }],
  ])('from another workspace, channel or message than the answer’s does nothing: %s', async (_, forged) => {
    const { slack, run } = await answered();
    await using _slack = slack;
    const named = ['stop', 'regenerate', 'continue', 'delete', 'thoughts'].map((name) => button(name));
    const all = [...named, feedback('bad')];
    await Promise.all(all.map((action) => slack.presses(action, { forged })));
    expect(slack.told()).toEqual(all.map(() => en.notices.answerGone));
    expect(run).toEqual([]);
    expect(slack.shown).toEqual([]);
    const kept = await slack.transcripts.find(CONVERSATION, TURN);
    expect(kept).toMatchObject({ answer: 'An answer.' });
    expect(kept?.feedback).toBeUndefined();
  });

  it('of feedback is kept with the turn and exported, the newest only, from who asked or an admin', async () => {
    const { slack } = await answered();
    await using _ = slack;
    await slack.presses(feedback('good'));
    await slack.presses(feedback('bad'));
    await slack.presses(feedback('good'), { user: OTHER });
    expect(await slack.transcripts.find(CONVERSATION, TURN)).toMatchObject({ feedback: 'bad' });
    await slack.types('export', { user: MEMBER });
    expect(
      slack
        .of('upload')
        .map(({ sent }) => String(sent))
        .join(),
    ).toContain('*Feedback: bad*');
  });

  it('of Continue that could not be begun can be made again', async () => {
    const { slack, run } = await answered();
    await using _ = slack;
    vi.spyOn(slack.queue, 'accept').mockRejectedValueOnce(new StoreError('it is away'));
    await slack.presses(button('continue'));
    expect(slack.told()).toEqual([en.notices.storeAway]);
    await slack.presses(button('continue'));
    await expect.poll(() => run.length).toBe(1);
  });

  it('says that it failed where it did', async () => {
    const { slack } = await answered();
    await using _ = slack;
    slack.refusals.set('chat.update', 'cant_update_message');
    await slack.transcripts.forget(CONVERSATION);
    await slack.presses(button('stop'));
    expect(slack.told()).toEqual(['Parley made a mistake here. Try again.']);
  });
});
