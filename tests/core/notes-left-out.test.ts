/** When there is no summary: it is off, or what it would tell of is forgotten, of another conversation, or left behind. */
import { describe, expect, it } from 'vitest';
import { messageOf } from '../fixtures.ts';
import { facts, noteIn, startConversing } from './conversing.ts';
import { saying } from './scripted-model.ts';

const PLACE = 'test:space:channel';

describe('no summary', () => {
  it('is made or shown where the setting turns it off', async () => {
    const talk = startConversing();
    await talk.talk(1);
    expect(await talk.summaries.read(PLACE)).toHaveLength(1);
    const made = talk.summaryRequests().length;
    talk.settings.summaries = 'off';
    expect(noteIn(await talk.ask('now?'))).toBeUndefined();
    expect(noteIn(await talk.talk(2))).toBeUndefined();
    expect(talk.summaryRequests()).toHaveLength(made);
  });

  it('tells a conversation that was begun afresh of what was before', async () => {
    const talk = startConversing({ summary: facts });
    await talk.ask('remember FACT-one');
    await talk.talk(2);
    await talk.transcripts.beginAfresh(PLACE);
    expect((await talk.ask('hello again')).messages).toHaveLength(1);
    await talk.ask('remember FACT-two');
    expect(noteIn(await talk.talk(1))).toBe('| Facts:\n| FACT-two');
  });

  it('from before a new beginning comes back when the next one fails', async () => {
    let fails = false;
    const talk = startConversing({
      summary: (request, signal) => (fails ? saying('') : facts(request, signal)),
    });
    await talk.ask('remember FACT-one');
    await talk.talk(2);
    await talk.transcripts.beginAfresh(PLACE);
    fails = true;
    expect(noteIn(await talk.talk(1))).toBeUndefined();
  });

  it('tells one conversation of another', async () => {
    const talk = startConversing({ summary: facts });
    await talk.ask('remember FACT-one', { conversation: 'test:space:channel:ada', lane: 'x' });
    await talk.ask('remember FACT-two');
    expect(noteIn(await talk.talk(1))).toBe('| Facts:\n| FACT-two');
  });

  it('tells of a turn that was forgotten, also while the summary is made', async () => {
    const talk = startConversing({ summary: facts });
    await talk.ask('remember FACT-one');
    const seen = await talk.talk(2);
    expect(noteIn(seen)).toContain('FACT-one');
    await talk.transcripts.remove(PLACE, 'm0');
    const after = await talk.ask('what did I tell you?');
    expect(noteIn(after)).toBeUndefined();
    expect(JSON.stringify(await talk.talk(3))).not.toContain('FACT-one');
  });

  it('is made by two processes at once', async () => {
    const gate = Promise.withResolvers<void>();
    const talk = startConversing({
      async *summary(request) {
        await gate.promise;
        yield* facts(request, new AbortController().signal);
      },
    });
    for (let i = 0; talk.summaryRequests().length === 0; i++)
      await talk.say(messageOf(`t${i}`, 'x'.repeat(100)));
    talk.restart();
    await talk.say(messageOf('u', 'x'.repeat(100)));
    await talk.made();
    expect(talk.summaryRequests()).toHaveLength(1);
    gate.resolve();
    await expect.poll(() => talk.summaries.read(PLACE)).toHaveLength(1);
  });
});
