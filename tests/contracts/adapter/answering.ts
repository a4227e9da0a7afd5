/** Who and what is answered, where, and how often. */
import { expect } from 'vitest';
import { after, answers, done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { soon } from '../../settled.ts';
import type { PlatformUnderTest } from './platform.ts';
import { createStage, settle } from './stage.ts';

export function testAnswering(platformUnderTest: PlatformUnderTest): void {
  const stage = createStage(platformUnderTest);
  const { it, question, timesAsked, newcomer, ended, shows, prompts } = stage;

  it('a call is answered by one message, which grows and then ends', [], async () => {
    const { platform } = stage;
    const rest = Promise.withResolvers<void>();
    const asked = question(
      streams(text('Half of it. '), after(rest.promise), text('All of it.'), finish(), done),
    );
    const channel = platform.channel();
    const message = newcomer().asks(channel, asked);
    const half = await shows(channel, 'Half of it.');
    expect(half).toMatchObject({ isLive: true, buttons: ['Stop'], answers: message });
    rest.resolve();
    const [whole] = await ended(channel, ['Half of it. All of it.']);
    expect(whole).toMatchObject({ id: half.id, buttons: ['Regenerate', 'Delete'], notice: '' });
    expect(timesAsked(asked)).toBe(1);
  });

  it('direct messages are one conversation, without a call', ['direct messages'], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const direct = platform.direct(ada);
    const [first, second] = [question(answers('One.')), question(answers('Two.'))];
    ada.says(direct, first);
    await ended(direct, ['One.']);
    ada.says(direct, second);
    await ended(direct, ['One.', 'Two.']);
    expect(prompts(second)).toEqual([first, 'One.', second]);
  });

  it('a thread is answered from the first call on, whoever writes', ['threads'], async () => {
    const { platform } = stage;
    const [ada, ben] = [newcomer(), newcomer()];
    const thread = platform.thread();
    const [before, call, later] = [
      question(answers('No.')),
      question(answers('One.')),
      question(answers('Two.')),
    ];
    ada.says(thread, before);
    await settle();
    expect(timesAsked(before)).toBe(0);
    ada.asks(thread, call);
    await ended(thread, ['One.']);
    ben.says(thread, later);
    await ended(thread, ['One.', 'Two.']);
    expect(timesAsked(before)).toBe(0);
    expect(prompts(later).slice(-2)).toEqual(['One.', expect.stringContaining(later)]);
  });

  it('what people say to each other is left alone', ['threads'], async () => {
    const { platform } = stage;
    const channel = platform.channel();
    const asked = question(answers('No.'));
    newcomer().says(channel, asked);
    await settle();
    expect(timesAsked(asked)).toBe(0);
    expect(await platform.shown(channel)).toEqual([]);
  });

  it('another bot is not answered, whatever it says', ['bots'], async () => {
    const { platform } = stage;
    const [channel, thread] = [platform.channel(), platform.thread()];
    const [call, asked] = [question(answers('Here.')), question(answers('No.'))];
    newcomer().asks(thread, call);
    await ended(thread, ['Here.']);
    for (const place of [channel, thread]) platform.bot('robot').asks(place, asked);
    await settle();
    expect(timesAsked(asked)).toBe(0);
    expect(await platform.shown(channel)).toEqual([]);
    await ended(thread, ['Here.']);
  });

  it('Parley does not answer itself, where it answers all that is said', ['threads'], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const own = question(answers('No.'));
    for (const place of [platform.channel(), platform.thread(), platform.direct(ada)]) {
      ada.asks(place, question(answers(`${platform.calls(own)} ${own}`)));
      await soon(async () => expect((await platform.shown(place))[0]?.buttons).toContain('Delete'));
    }
    await settle();
    expect(timesAsked(own)).toBe(0);
  });

  it('a message that is delivered twice is answered once', [], async () => {
    const { platform } = stage;
    const ada = newcomer();
    for (const place of [platform.channel(), platform.lane()]) {
      const said = question(answers('One.'), answers('No.'));
      platform.twice(() => ada.asks(place, said));
      await ended(place, ['One.']);
      await settle();
      await ended(place, ['One.']);
      expect(timesAsked(said)).toBe(1);
    }
  });

  it('a direct message that is delivered twice is answered once', ['direct messages'], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const direct = platform.direct(ada);
    const said = question(answers('One.'), answers('No.'));
    platform.twice(() => ada.says(direct, said));
    await ended(direct, ['One.']);
    await settle();
    await ended(direct, ['One.']);
    expect(timesAsked(said)).toBe(1);
  });

  it('the text of a file is read with its message', [], async () => {
    const { platform } = stage;
    const channel = platform.channel();
    const asked = question(answers('Read.'));
    newcomer().asks(channel, asked, { files: [{ name: 'notes.txt', data: 'the word is walrus' }] });
    await ended(channel, ['Read.']);
    expect(prompts(asked).join()).toContain('the word is walrus');
    expect(prompts(asked).join()).toContain('notes.txt');
  });

  it('the settings of the tenant apply', [], async () => {
    const { platform } = stage;
    const ada = newcomer();
    const channel = platform.channel();
    await platform.set('persona', 'You are a pelican.', ada, channel);
    const asked = question(answers('Fish.'));
    ada.asks(channel, asked);
    await ended(channel, ['Fish.']);
    expect(JSON.stringify(stage.request(asked)?.body)).toContain('You are a pelican.');
  });
}
