/** Files on Slack reach the model, up to ten, in the charset that Slack names. */
import { expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { ended, prompts } from './said.ts';

it('of more than ten files the rest is named', async () => {
  await using bot = await startSlackBot();
  const files = Array.from({ length: 13 }, (_, index) => ({
    name: `part${index + 1}.txt`,
    data: `text ${index + 1}`,
  }));
  const ada = bot.slack.user('ada');
  bot.model.respond(answers('Noted.'));
  ada.dm('look', { files });
  await ended(bot, { channel: ada.dmChannel });
  const read = prompts(bot).join('\n');
  expect(read).toContain('text 10');
  expect(read).not.toContain('text 11');
  expect(read).toContain('10 files are read at most: "part11.txt", "part12.txt", "part13.txt"');
});

it('a text file is read in the charset that Slack names, and in UTF-16', async () => {
  await using bot = await startSlackBot();
  const ada = bot.slack.user('ada');
  bot.model.respond(answers('Noted.'));
  const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
  ada.dm('look', {
    files: [
      { name: 'a.txt', data: Buffer.from('\ufeffGrüße aus Köln', 'utf16le'), mimetype: 'text/plain' },
      {
        name: 'b.csv',
        data: bytes('M\xfcller;\x80'),
        mimetype: 'text/csv',
        contentType: 'text/csv; charset=windows-1252',
      },
      {
        name: 'c.txt',
        data: bytes('\x93\xfa\x96\x7b\x8c\xea'),
        mimetype: 'text/plain',
        contentType: 'text/plain;charset=shift_jis',
      },
      { name: 'd.bin', data: Buffer.from([0, 1, 2, 255, 254, 9]), mimetype: 'text/plain' },
    ],
  });
  await ended(bot, { channel: ada.dmChannel });
  const read = prompts(bot).join('\n');
  for (const said of ['Grüße aus Köln', 'Müller;€', '日本語', 'not a file that can be read: "d.bin"'])
    expect(read).toContain(said);
});
