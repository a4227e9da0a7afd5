/** One entry in core's list of settings is a setting on Discord, on Slack and at the page. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oneOf } from '../../src/core/commands/setting.ts';
import { SETTINGS } from '../../src/core/commands/settings-list.ts';
import { startBot } from '../harness/discord.ts';
import { startParley } from '../harness/web.ts';
import { sets } from './discord/said.ts';
import { interacting, TENANT } from './slack/interacting.ts';
import { textIn } from './slack/views.ts';

/** A setting that Parley does not have. */
const TONE = oneOf('tone' as 'effort', {
  label: 'Tone',
  description: 'How an answer sounds',
  concerns: 'everyone',
  choices: [
    { value: 'default', label: 'as it comes', short: 'Plain' },
    { value: 'low', label: 'quiet as a mouse', short: 'Quiet' },
  ],
});

beforeAll(() => {
  SETTINGS.push(TONE);
});
afterAll(() => {
  SETTINGS.splice(SETTINGS.indexOf(TONE), 1);
});

it('an entry is in the panel of Discord, and its form saves it', async () => {
  await using bot = await startBot();
  const root = bot.discord.user('root', { permissions: 'admin' });
  expect((await (await root.runs('settings')).message()).content).toContain('**Tone**: as it comes');
  expect((await sets(root, 'tone', 'low')).content).toMatch(/^Saved\.[\s\S]*\*\*Tone\*\*: quiet as a mouse/);
});

it('an entry is in the modal of Slack, and its form saves it', async () => {
  await using slack = await interacting();
  await slack.types('settings');
  expect(textIn(slack.lastView())).toContain('*Tone*: as it comes');
  await slack.picks('tone');
  const { acks } = await slack.submits({ tone: 'low' });
  expect(textIn(acks[0]?.view)).toMatch(/Saved\.[\s\S]*\*Tone\*: quiet as a mouse/);
  expect(await slack.settings.read(TENANT)).toMatchObject({ tone: 'low' });
});

it('an entry is a field of the page, and its API saves it', async () => {
  await using parley = await startParley();
  const browser = parley.browser();
  const tone = async () => (await browser.state()).settings.fields.find(({ id }) => id === 'tone');
  expect(await tone()).toEqual({
    id: 'tone',
    type: 'choice',
    label: 'Tone',
    noun: 'tone',
    hint: 'How an answer sounds.',
    closed: null,
    value: 'default',
    choices: [
      { value: 'default', label: 'Plain' },
      { value: 'low', label: 'Quiet' },
    ],
  });
  await browser.fetch('/api/settings', { method: 'PATCH', json: { tone: 'low' } });
  expect(await tone()).toMatchObject({ value: 'low' });
});
