/** Forgetting on Discord, and whose it is, tried from outside against the real program. */
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../lab/counterparts/discord/people/actors.ts';
import { answers, stall, streams, text } from '../../lab/counterparts/model-server.ts';
import { sentence, settle } from '../adapters/discord/said.ts';
import { type OnDiscord, onDiscord } from './parley-on.ts';

/** Mentions the bot; resolves when the model was asked. */
async function asks(parley: OnDiscord, person: Actor, question: string, channel: string, replyTo?: string) {
  const { discord, model, botId } = parley;
  const before = model.requests.length;
  const shown = discord.botMessages(channel).length;
  person.says(channel, `<@${botId}> ${question}`, replyTo === undefined ? {} : { replyTo });
  await discord.waitFor(() => model.requests.length > before && discord.botMessages(channel).length > shown);
  await discord.waitFor(() => isEnded(parley, channel));
  return parley.sent().at(-1) ?? '';
}

const labelsOf = (message: { components: { components?: { label?: string }[] }[] }) =>
  message.components.flatMap(({ components = [] }) => components.map(({ label = '' }) => label));

function isEnded({ discord }: OnDiscord, channel: string): boolean {
  const last = discord.botMessages(channel).at(-1);
  return last !== undefined && labelsOf(last as never).includes('Regenerate');
}

const filesOf = async (person: Actor, channel?: string, values = {}) =>
  (await (await person.runs('export', values, channel)).message()).attachments
    .map(({ text: said }) => said)
    .join();

describe('after /forget on Discord', () => {
  it('nothing that was said in a thread before is read again, by whom ever, nor its title, nor after a restart', async () => {
    await using parley = await onDiscord();
    const { discord } = parley;
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const start = ben.says(discord.channel('general'), 'the walrus opened it');
    const thread = ada.startsThread(discord.channel('general'), 'the zebra plan', { messageId: start });
    ben.says(thread, 'the safe is 4711');
    ada.says(thread, 'the door is 4712');
    expect(await asks(parley, ada, 'what is it?', thread)).toMatch(/walrus.*4711.*4712/s);
    expect(parley.sent().at(-1)).toContain('zebra');
    expect(await sentence(ada.runs('forget', {}, thread))).toContain('Parley remembers nothing of it');
    ben.says(thread, 'later it was a heron');
    expect(await asks(parley, ada, 'and now?', thread)).toContain('heron');
    expect(await sentence(ada.runs('forget', {}, thread))).toContain('is deleted');
    await parley.restart();
    await asks(parley, ben, 'still?', thread);
    for (const sent of parley.sent().slice(1)) expect(sent).not.toMatch(/walrus|zebra|471/);
  });

  it('a reply quotes nothing that its author forgot, and Ask Parley still reads what it is pointed at', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const secret = ada.says(general, 'the walrus is at noon');
    const open = ben.says(general, 'the heron is at one');
    await asks(parley, ada, 'the zebra is at two', general);
    const answer = discord.botMessages(general).at(-1)?.id ?? '';
    await sentence(ada.runs('forget'));
    for (const replyTo of [secret, answer]) {
      const sent = await asks(parley, ben, 'what is this?', general, replyTo);
      expect(sent).toContain('a message that was forgotten');
      expect(sent).not.toMatch(/walrus|zebra/);
    }
    // Messages of others stay: they belong to those people.
    expect(await asks(parley, ben, 'and this?', general, open)).toContain('heron');
    const before = model.requests.length;
    await ada.context('Ask Parley', secret);
    await discord.waitFor(() => model.requests.length > before);
    expect(parley.sent().at(-1)).toContain('walrus');
  });

  it('what one said is gone from the files, with private questions, and what others said stays', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    model.respond(answers('A zebra.'), answers('A heron.'), answers('A private one.'), answers('Fine.'));
    await asks(parley, ada, 'walrus?', general);
    await asks(parley, ben, 'bird?', general);
    const asked = await ada.runs('ask', { prompt: 'a lemur, in private', private: true });
    await discord.waitFor(async () => (await asked.message()).content.includes('private'));
    const exported = await filesOf(ada);
    expect(exported).toMatch(/walrus/);
    expect(exported).toMatch(/lemur/);
    expect(exported).not.toMatch(/bird|heron/);
    expect(await sentence(ada.runs('forget'))).toContain('2 messages');
    const sent = await asks(parley, ben, 'what did we say?', general);
    expect(sent).toMatch(/bird.*heron/s);
    expect(sent).not.toMatch(/walrus|zebra/);
    expect(await filesOf(ada)).toBe('');
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra|lemur/);
    expect(parley.stored()).toMatch(/bird/);
  });

  it('a message that is still being read is neither answered nor kept', async () => {
    await using parley = await onDiscord();
    const { discord, model, botId } = parley;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    discord.settings.fileDelay = 1_500;
    const attachments = [{ name: 'walrus.txt', data: 'a walrus' }];
    ada.says(general, `<@${botId}> read this zebra`, { attachments });
    await discord.waitFor(() => discord.typing.length > 0);
    await sentence(ada.runs('forget'));
    await settle(2_500);
    expect(model.requests).toEqual([]);
    expect(discord.botMessages(general)).toEqual([]);
    expect(await asks(parley, ada, 'what did I send?', general)).not.toMatch(/walrus|zebra/);
  });

  it('what others quoted of it goes as well, and the rest of what they said stays', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const said = ada.says(general, 'the walrus moves in at noon');
    await asks(parley, ben, 'what about this heron?', general, said);
    model.respond(answers('A zebra is striped all over, I am told.'), answers('Fine.'));
    await asks(parley, ada, 'the walrus moves in at noon', general);
    await sentence(ada.runs('forget'));
    const sent = await asks(parley, ben, 'and now?', general);
    expect(sent).toContain('what about this heron?');
    expect(sent).not.toMatch(/walrus|zebra/);
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });

  it('a file that it quoted stays with the person who sent it, and what others read of it in a thread goes', async () => {
    await using parley = await onDiscord();
    const { discord } = parley;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const attachments = [{ name: 'heron.txt', data: 'a heron in a file' }];
    const said = ben.says(general, `<@${parley.botId}> keep this`, { attachments });
    await discord.waitFor(() => isEnded(parley, general));
    await asks(parley, ada, 'what is in this?', general, said);
    const thread = ben.startsThread(general, 'a plan');
    ada.says(thread, 'the walrus, of which Parley was never told');
    await asks(parley, ben, 'what did she say?', thread);
    expect(parley.sent().at(-1)).toContain('walrus');
    await sentence(ada.runs('forget', {}, general));
    expect(await asks(parley, ben, 'and the file?', general)).toContain('a heron in a file');
    await sentence(ada.runs('forget', {}, thread));
    expect(await asks(parley, ben, 'and now?', thread)).not.toContain('walrus');
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus/);
  });

  it('what waits goes too, and nothing is answered after a kill -9, neither from the store nor from the platform', async () => {
    await using parley = await onDiscord({ isProgram: true });
    const { discord, model } = parley;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    model.respond(streams(text('The zebra is on its way, and it takes some time. '), stall), answers('New.'));
    for (let i = 0; i < 10; i++) ada.says(general, `<@${parley.botId}> walrus ${i}?`);
    await discord.waitFor(() => discord.botMessages(general)[0]?.content.includes('zebra'));
    expect(await sentence(ada.runs('forget'))).toContain('is deleted');
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
    await parley.crash();
    await settle(3_000);
    expect(model.requests).toHaveLength(1);
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
    expect(await asks(parley, ada, 'what?', general)).not.toMatch(/walrus|zebra/);
  });

  it('a forgetting that a kill -9 cuts short lets nothing be read again, and is finished by the next', async () => {
    await using parley = await onDiscord({ isProgram: true });
    const { discord, model } = parley;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    for (let i = 0; i < 3; i++) await asks(parley, ada, `walrus ${i}`, general);
    const start = ada.says(general, 'a zebra that Parley was not told of');
    void ada.runs('forget').catch(() => {});
    await settle(15);
    await parley.crash();
    const count = model.requests.length;
    await settle(1_500);
    expect(model.requests).toHaveLength(count);
    await sentence(ada.runs('forget'));
    const ben = discord.user('ben');
    const thread = ben.startsThread(general, 'a plan', { messageId: start });
    expect(await asks(parley, ben, 'what?', thread)).not.toMatch(/walrus|zebra/);
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });

  it('what is forwarded from before is not read, nor what is edited, also where others do so', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const [general, random] = [discord.channel('general'), discord.channel('random')];
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const told = ada.says(general, 'the walrus, of which Parley was not told');
    await asks(parley, ada, 'the zebra', general);
    const asked = discord.messages(general).findLast(({ content }) => content.includes('zebra'))?.id ?? '';
    const open = ben.says(general, 'the heron is free');
    await sentence(ada.runs('forget'));
    const count = model.requests.length;
    ada.edits(told, `<@${parley.botId}> the walrus, edited`);
    ada.edits(asked, `<@${parley.botId}> the zebra, edited`);
    await settle(800);
    expect(model.requests).toHaveLength(count);
    for (const channel of [general, random]) {
      for (const old of [told, asked]) {
        const forward = ben.says(channel, '', { forward: old });
        expect(await asks(parley, ben, 'what is this?', channel, forward)).not.toMatch(/walrus|zebra/);
      }
      const forward = ben.says(channel, '', { forward: open });
      expect(await asks(parley, ben, 'what is this?', channel, forward)).toContain('heron');
    }
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });

  it('an answer that is being made is stopped, and nothing of it or its message is kept', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    model.respond(streams(text('The zebra is on its way, and it takes some time. '), stall), answers('New.'));
    const turn = ada.says(general, `<@${parley.botId}> where is the walrus?`);
    const shown = await discord.waitFor(() => discord.botMessages(general)[0]);
    await discord.waitFor(() => discord.botMessages(general)[0]?.content.includes('zebra'));
    expect(await sentence(ada.runs('forget'))).toContain('is deleted');
    await discord.waitFor(() => !labelsOf(discord.botMessages(general)[0] as never).includes('Stop'));
    expect(await sentence(ada.clicks(shown.id, 'Regenerate'))).toContain('was forgotten');
    expect(await asks(parley, ada, 'what?', general)).not.toMatch(/walrus|zebra/);
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
    expect(parley.stored()).not.toContain(`answer|${turn}`);
  });
});

describe('what other people said on Discord', () => {
  it('goes for a moderator alone, after a question, and the place sees who did it without a ping', async () => {
    await using parley = await onDiscord();
    const { discord } = parley;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const mo = discord.user('mo', { permissions: PermissionFlagsBits.ManageMessages });
    await asks(parley, ada, 'the walrus', general);
    await sentence(ben.runs('forget', { what: 'conversation' }));
    expect(await filesOf(ada)).toContain('walrus');
    const question = await (await mo.runs('forget', { what: 'conversation' })).message();
    expect(question.ephemeral).toBe(true);
    expect(await filesOf(ada)).toContain('walrus');
    const pressed = await mo.clicks(question, 'Delete all of it');
    const told = await discord.waitFor(() => pressed.followups.find(({ ephemeral }) => !ephemeral));
    expect(told.content).toBe('Mo deleted all that Parley remembered of this channel and its threads.');
    expect(discord.pings).toEqual([]);
    expect(await filesOf(ada)).toBe('');
    expect(await asks(parley, ada, 'and now?', general)).not.toContain('walrus');
  });

  it('is not for a moderator who may not ask there: no Stop, no forgetting; what is one’s own stays one’s own', async () => {
    await using parley = await onDiscord();
    const { discord, model } = parley;
    const general = discord.channel('general');
    const root = discord.user('root', { permissions: 'admin' });
    const mo = discord.user('mo', { permissions: PermissionFlagsBits.ManageMessages });
    await asks(parley, mo, 'the heron', general);
    const panel = await (await root.runs('settings')).message();
    const form = await root.chooses(panel, 'v1:pick:settings', ['whoMayAsk']);
    await (await root.submits(form, { whoMayAsk: ['admins'] })).message();
    model.respond(
      streams(text('The walrus is on its way, and it takes some time. '), stall),
      answers('Fine.'),
    );
    await root.runs('ask', { prompt: 'the zebra' });
    await discord.waitFor(() => discord.botMessages(general).at(-1)?.content.includes('walrus'));
    const live = discord.botMessages(general).at(-1)?.id ?? '';
    expect(await sentence(mo.clicks(live, 'Stop'))).toContain('only admins');
    await sentence(mo.runs('forget', { what: 'conversation' }));
    await settle();
    expect(discord.botMessages(general).at(-1)?.content).not.toContain('Stopped');
    expect(await sentence(mo.runs('forget'))).toContain('only admins');
    await root.clicks(live, 'Stop');
    await discord.waitFor(() => discord.botMessages(general).at(-1)?.content.includes('Stopped'));
    expect(await filesOf(root)).toContain('zebra');
  });
});

describe('a press on Discord', () => {
  it.each(['Stop', 'Regenerate', 'Delete', 'Continue'])(
    'of %s from another server, channel or message than the answer’s does nothing',
    async (label) => {
      await using parley = await onDiscord({ guilds: [{ name: 'Workshop' }, { name: 'Elsewhere' }] });
      const { discord, model } = parley;
      const general = discord.channel('general');
      const ada = discord.user('ada', { permissions: 'admin' });
      const elsewhere = [...discord.world.guilds.keys()][1] ?? '';
      const places = [discord.channel('general', elsewhere), discord.channel('random'), general];
      const others: string[] = [];
      for (const place of places) {
        await asks(parley, ada, 'something else', place);
        others.push(discord.botMessages(place).at(-1)?.id ?? '');
      }
      model.respond(
        streams(text('The walrus is on its way, and it takes some time. '), stall),
        answers('Bad.'),
      );
      const turn = ada.says(general, `<@${parley.botId}> the zebra`);
      await discord.waitFor(() => discord.botMessages(general).at(-1)?.content.includes('walrus'));
      const count = model.requests.length;
      for (const id of others) {
        const custom_id = `v1:${label.toLowerCase()}:${turn}`;
        Object.assign(discord.world.messages.get(id) ?? {}, {
          components: [{ type: 1, components: [{ type: 2, style: 2, label, custom_id }] }],
        });
        expect(await sentence(ada.clicks(id, label))).toContain('too old');
      }
      await settle();
      expect(model.requests.length).toBe(count);
      const shown = discord.botMessages(general).at(-1);
      expect(shown?.content).toContain('walrus');
      expect(labelsOf(shown as never)).toContain('Stop');
    },
  );

  it('of a question’s button counts for who was asked, where they were asked', async () => {
    await using parley = await onDiscord();
    const { discord } = parley;
    const [general, random] = [discord.channel('general'), discord.channel('random')];
    const ada = discord.user('ada');
    const mo = discord.user('mo', { permissions: 'admin' });
    const mia = discord.user('mia', { permissions: 'admin' });
    await asks(parley, ada, 'the walrus', general);
    const answer = discord.botMessages(general).at(-1)?.id ?? '';
    for (const custom_id of [
      `v1:confirm:forget:all:${random}:${mo.id}`,
      `v1:confirm:forget:all:${general}:${mia.id}`,
      'v1:confirm:forget:all',
    ]) {
      Object.assign(discord.world.messages.get(answer) ?? {}, {
        components: [{ type: 1, components: [{ type: 2, style: 4, label: 'Delete', custom_id }] }],
      });
      expect(await sentence(mo.clicks(answer, 'Delete'))).toContain('too old');
    }
    expect(await filesOf(ada)).toContain('walrus');
  });
});
