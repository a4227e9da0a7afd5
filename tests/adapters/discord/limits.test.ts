/** Limits of money on Discord: set by `/limits`, reached, refused, and raised again. */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../lab/counterparts/discord/people/actors.ts';
import { fails } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { costing, cutAfter, priced } from '../../harness/money/costing.ts';
import { operateHere } from '../../security/operated.ts';
import { answerTo, asks, says, sentence, setsKey, settle } from './said.ts';

const admin = ({ discord }: Bot) => discord.user('root', { permissions: 'admin' });

/** Fills in the form of an entry of `/limits`; the panel as it is then. */
async function limits(person: Actor, entry: string, values: Record<string, string | string[]>) {
  const panel = await (await person.runs('limits')).message();
  const form = await person.chooses(panel, 'v1:pick:limits', [entry]);
  return (await person.submits(form, values)).message();
}

/** Resolves with the bot's reply to a message. */
const replyTo = ({ discord }: Bot, id: string) =>
  discord.waitFor(() =>
    discord.botMessages(discord.channel('general')).find((one) => one.referenceId === id && one.content),
  );

const startPriced = async (env: Record<string, string> = {}) =>
  startBot({ env: { ...(await priced()), ...env } });

describe.concurrent('a limit of a person', () => {
  it('is told to a person who has reached it, by message, command and button, and holds up nobody else', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const panel = await limits(admin(bot), 'personDayLimit', { personDayLimit: '0.6' });
    expect(panel.content).toContain('**Limit of a person**: $0.60');
    model.respond(costing(0.6, 'One.'), costing(0.1, 'Two.'), costing(0.1, 'Three.'));
    const answer = await answerTo(bot, ada, 'one', 'One.');
    const SAYS =
      'Your $0.60 for today on this server is not enough for another answer: ask again tomorrow at 00:00 (UTC), or sooner if an admin raises it with `/limits`.';
    const refused = asks(bot, ada, 'two');
    expect((await replyTo(bot, refused)).content).toContain(SAYS);
    const command = await (await ada.runs('ask', { prompt: 'two' })).message();
    expect([command.ephemeral, command.content]).toEqual([true, SAYS]);
    const press = await (await ada.clicks(answer.id, 'Regenerate')).message();
    expect([press.ephemeral, press.content]).toEqual([true, SAYS]);
    expect(model.requests).toHaveLength(1);
    await answerTo(bot, ben, 'two', 'Two.');
    // It holds at once when it is raised.
    await limits(admin(bot), 'personDayLimit', { personDayLimit: '2' });
    await answerTo(bot, ada, 'three', 'Three.');
    expect(discord.pings).toEqual([]);
  });

  it('gives way to the limit of a role of theirs, whether higher or lower, until the role is gone', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const [gold, tin] = [discord.addRole('gold'), discord.addRole('tin')];
    const root = admin(bot);
    await limits(root, 'personDayLimit', { personDayLimit: '0.6' });
    await limits(root, 'roleDayLimits', { roles: [gold], dollars: '5' });
    const panel = await limits(root, 'roleDayLimits', { roles: [tin], dollars: '0' });
    expect(panel.content).toContain(`Limit 1: <@&${gold}> $5.00; Limit 2: <@&${tin}> $0.00`);
    const both = discord.user('ada', { roles: [tin, gold] });
    const low = discord.user('ben', { roles: [tin] });
    model.respond(costing(0.6, 'One.'), costing(0.6, 'Two.'), costing(0.6, 'Three.'));
    await answerTo(bot, both, 'one', 'One.');
    await answerTo(bot, both, 'two', 'Two.');
    const refused = asks(bot, low, 'one');
    expect((await replyTo(bot, refused)).content).toContain('Your $0.00 for today on this server');
    await limits(root, `role:${tin}`, { dollars: '' });
    await answerTo(bot, low, 'again', 'Three.');
    expect(model.requests).toHaveLength(3);
  });

  it('is set for two roles by two admins in the same moment, and both hold', async () => {
    await using bot = await startPriced();
    const { discord } = bot;
    const roles = ['gold', 'tin', 'iron', 'lead'].map((name) => discord.addRole(name));
    const admins = roles.map((_, index) => discord.user(`root${index}`, { permissions: 'admin' }));
    await Promise.all(
      roles.map((role, index) =>
        limits(admins[index] ?? admin(bot), 'roleDayLimits', { roles: [role], dollars: `${index + 1}` }),
      ),
    );
    const panel = await (await admin(bot).runs('limits')).message();
    for (const [index, role] of roles.entries())
      expect(panel.content).toContain(`<@&${role}> $${index + 1}.00`);
  });

  it('of a role that they have now holds for Regenerate and Continue of a question from before', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const root = admin(bot);
    const gold = discord.addRole('gold');
    const ada = discord.user('ada', { roles: [gold] });
    await limits(root, 'personDayLimit', { personDayLimit: '0.6' });
    model.respond(costing(0.6, 'One.'), cutAfter(0.1, 'Two.'), costing(0.1, 'Three.'));
    const answer = await answerTo(bot, ada, 'one', 'One.');
    await limits(root, 'roleDayLimits', { roles: [gold], dollars: '5' });
    await settle();
    await ada.clicks(answer.id, 'Regenerate');
    await discord.waitFor(() => discord.message(answer.id).content.startsWith('Two.'));
    await settle();
    await ada.clicks(answer.id, 'Continue');
    await says(bot, 'Three.');
    // Without the role's limit, the person's holds again.
    await limits(root, `role:${gold}`, { dollars: '' });
    expect(await sentence(ada.clicks(answer.id, 'Regenerate'))).toContain('Your $0.60 for today');
    expect(model.requests).toHaveLength(3);
  });
});

describe.concurrent('a limit of the server', () => {
  it('is told before a question that it leaves too little for, and holds for a key of the server’s own', async () => {
    await using bot = await startPriced({ TENANT_DAY: '0.8', OPENAI_API_KEY: 'sk-of-the-operator' });
    const { discord, model } = bot;
    const [root, ada] = [admin(bot), discord.user('ada')];
    model.respond(costing(0.4, 'One.'), costing(0.4, 'Two.'));
    await answerTo(bot, ada, 'one', 'One.');
    // The operator's limit leaves less than 500 tokens.
    const command = await (await ada.runs('ask', { prompt: 'two' })).message();
    expect(command.content).toContain('The $0.80 of this server for today');
    expect(command.content).toContain('if whoever runs Parley raises it');
    expect(await setsKey(root, 'sk-of-the-server')).toContain('Saved.');
    await answerTo(bot, ada, 'two', 'Two.');
    await limits(root, 'dayLimit', { dayLimit: '1' });
    const own = await (await ada.runs('ask', { prompt: 'three' })).message();
    expect(own.content).toContain('The $1.00 of this server for today');
    expect(own.content).toContain('if an admin raises it with `/limits`');
    expect(model.requests).toHaveLength(2);
  });

  it('is shown with what is spent of it, told to all, and bounds how long an answer may be', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const root = admin(bot);
    await limits(root, 'dayLimit', { dayLimit: '1' });
    model.respond(costing(0.4, 'One.'), costing(0.6, 'Two.'));
    await answerTo(bot, discord.user('ada'), 'one', 'One.');
    const panel = await (await root.runs('limits')).message();
    expect(panel.content).toContain(
      '**Limit a day**: $1.00, of which $0.40 is spent; it begins anew tomorrow',
    );
    await answerTo(bot, discord.user('ben'), 'two', 'Two.');
    expect(Number(model.requests.at(-1)?.body.max_tokens)).toBeLessThanOrEqual(600);
    const refused = asks(bot, discord.user('cas'), 'three');
    expect((await replyTo(bot, refused)).content).toContain('The $1.00 of this server for today');
    const lowered = await limits(root, 'dayLimit', { dayLimit: '0.5' });
    expect(lowered.content).toContain('That much is spent already');
    expect(model.requests).toHaveLength(2);
  });

  it('of 0 lets nothing be answered', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const root = admin(bot);
    const panel = await limits(root, 'monthLimit', { monthLimit: '0' });
    expect(panel.content).toContain('With a limit of $0.00');
    const refused = asks(bot, discord.user('ada'), 'one');
    expect((await replyTo(bot, refused)).content).toContain(
      'pays for no answer. An admin can raise this limit',
    );
    expect(model.requests).toHaveLength(0);
  });
});

describe.concurrent('the admins', () => {
  it('are told in direct messages that a limit is nearly and fully spent, each once, after a restart too', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const [root, ada] = [admin(bot), discord.user('ada')];
    await limits(root, 'dayLimit', { dayLimit: '2' });
    model.respond(costing(0.8, 'One.'), costing(0.8, 'Two.'), costing(0.4, 'Three.'));
    await answerTo(bot, ada, 'one', 'One.');
    await answerTo(bot, ada, 'two', 'Two.');
    const SO_FAR =
      'This server has spent $1.60 of its $2.00 for today. It begins anew tomorrow at 00:00 (UTC). An admin can raise this limit with `/limits`.';
    await says(bot, SO_FAR, root.dmChannel);
    await bot.restart();
    // Less than an answer costs is left.
    await ada.runs('ask', { prompt: 'three' });
    await says(
      bot,
      SO_FAR.replace('for today.', 'for today, so there is not enough left for another answer.'),
      root.dmChannel,
    );
    await ada.runs('ask', { prompt: 'three' });
    await settle();
    expect(discord.botMessages(root.dmChannel)).toHaveLength(2);
    expect(discord.pings).toEqual([]);
  });

  it('are told in a channel that they chose, if it is on their server', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const root = admin(bot);
    const [news, ada] = [discord.addChannel('news'), discord.user('ada')];
    await limits(root, 'limitsChannel', { limitsChannel: [news] });
    await limits(root, 'dayLimit', { dayLimit: '0.9' });
    model.respond(costing(0.8, 'One.'), costing(0.8, 'Two.'));
    await answerTo(bot, ada, 'one', 'One.');
    await discord.waitFor(() => discord.botMessages(news)[0]?.content.includes('$0.80 of its $0.90'));
    expect(discord.botMessages(root.dmChannel)).toEqual([]);
    // A form may come from anywhere: no other server hears of it.
    const lobby = discord.channel('lobby', discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] }));
    await limits(root, 'dayLimit', { dayLimit: '0.95' });
    await limits(root, 'limitsChannel', { limitsChannel: [lobby] });
    await ada.runs('ask', { prompt: 'two' });
    await discord.waitFor(() =>
      discord.botMessages(root.dmChannel)[0]?.content.includes('$0.80 of its $0.95'),
    );
    expect(discord.botMessages(lobby).filter(({ content }) => content.includes('has spent'))).toEqual([]);
  });

  it('that the operator has forgotten are told no more', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    const [root, ada] = [admin(bot), discord.user('ada')];
    await limits(root, 'dayLimit', { dayLimit: '1' });
    model.respond(costing(0.1, 'One.'), costing(0.8, 'Two.'));
    await answerTo(bot, ada, 'one', 'One.');
    const { out } = await operateHere(bot.folder, {}, 'forget', 'person', `discord:${root.id}`);
    expect(out).toContain(root.id);
    await answerTo(bot, ada, 'two', 'Two.');
    await settle();
    expect(discord.botMessages(root.dmChannel)).toEqual([]);
    // The limit stays.
    expect((await (await root.runs('limits')).message()).content).toContain('$1.00, of which $0.90 is spent');
  });
});

describe.concurrent('a limit of the operator', () => {
  it('counts a person over all servers and direct messages, and names whoever runs Parley', async () => {
    await using bot = await startPriced({ PERSON_DAY: '0.6', TIME_ZONE: 'Asia/Kathmandu' });
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(costing(0.6, 'One.'));
    await answerTo(bot, ada, 'one', 'One.');
    ada.dm('two');
    await says(
      bot,
      'Your $0.60 for today is not enough for another answer: ask again tomorrow at 00:00 (Asia/Kathmandu), or sooner if whoever runs Parley raises it.',
      ada.dmChannel,
    );
    expect(model.requests).toHaveLength(1);
  });

  it('holds for trials of settings by a person, in direct messages too', async () => {
    await using bot = await startPriced({ PERSON_DAY: '0', OPERATOR_MODELS: 'all' });
    const { discord, model } = bot;
    model.respondToList(fails(404));
    const ada = discord.user('ada');
    const said = await sentence(ada.runs('model', { name: 'test-model' }, ada.dmChannel));
    expect(said).toContain('Your $0.00 for today');
    await sentence(admin(bot).runs('model', { name: 'test-model' }));
    expect([...model.trials, ...model.requests]).toEqual([]);
  });

  it('is shown to admins, who cannot change it', async () => {
    await using bot = await startPriced({ TENANT_DAY: '3', SPEND_MONTH: '100' });
    const panel = await (await admin(bot).runs('limits')).message();
    expect(panel.content).toContain('- this server, a day: $3.00, of which $0.00 is spent');
    expect(panel.content).toContain('- everybody on this Parley together, a month: $100.00');
  });
});

describe.concurrent('messages in a minute', () => {
  it('are bounded by the admins beside the operator', async () => {
    await using bot = await startPriced();
    const { discord, model } = bot;
    await limits(admin(bot), 'perMinute', { perMinute: '1' });
    model.respond(costing(0, 'One.'), costing(0, 'Two.'));
    const ada = discord.user('ada');
    await answerTo(bot, ada, 'one', 'One.');
    const refused = asks(bot, ada, 'two');
    expect((await replyTo(bot, refused)).content).toContain('That was a lot in one minute.');
    await answerTo(bot, discord.user('ben'), 'two', 'Two.');
    expect(model.requests).toHaveLength(2);
  });
});
