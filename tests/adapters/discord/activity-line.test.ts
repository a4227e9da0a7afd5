/** The line about what Parley does, in a message of Discord's: it quotes a query or a model, and no mark in it works. */
import { describe, expect, it } from 'vitest';
import { linksIn, ownMarksIn, seen } from '../../../lab/counterparts/discord/world/markdown.ts';
import { createForms } from '../../../src/adapters/discord/answer/message-forms.ts';
import type { Part } from '../../../src/chat/answer/surface.ts';

async function contentOf(part: Partial<Part>): Promise<string> {
  let content = '';
  await createForms('turn').send({ text: '', buttons: ['stop'], ...part }, false, async (form) => {
    content = String(form.changes().body.content);
    expect(form.changes().body.allowed_mentions).toEqual({ parse: [] });
  });
  return content;
}

describe('what a line quotes', () => {
  it.each([
    '@everyone <@1234567890> <@&1> <#1> <:smile:1> <t:1:R> </ask:1>',
    '**bold** __under__ ~~gone~~ ||hidden|| `code` ```block```',
    '[bank.com](https://evil.example) https://evil.example <https://evil.example>',
    '# Heading > quote >>> all -# small - item',
    '\\@everyone \\\\`code` \\[a](https://evil.example)',
  ])('is read as it is: %s', async (query) => {
    const line = `Searching the web: ${query}`;
    const content = await contentOf({ text: '-# Thinking …', isPlaceholder: true, activity: line });
    expect(content.startsWith('-# ')).toBe(true);
    expect(seen(content.slice(3))).toBe(line);
    expect(linksIn(content)).toEqual([]);
    expect(ownMarksIn(content)).toHaveLength(1);
    // Discord reads mentions wherever no escape stands before them.
    expect(content).not.toMatch(/(?<!\\)[<@]/);
    expect(content).not.toMatch(/https?:\/\//);
  });
});

describe('the line', () => {
  it('stands below the text, and takes a placeholder’s place', async () => {
    expect(await contentOf({ text: 'Words.', activity: 'Reading a page' })).toBe(
      'Words.\n\n-# Reading a page',
    );
    expect(await contentOf({ text: '-# Thinking …', isPlaceholder: true, activity: 'Reading' })).toBe(
      '-# Reading',
    );
  });

  it('is left out where it would make the message too long', async () => {
    const text = 'x'.repeat(1_990);
    expect(await contentOf({ text, activity: 'Reading a page' })).toBe(text);
    const most = `Searching: ${'<'.repeat(120)}`;
    expect((await contentOf({ text: 'x'.repeat(1_700), activity: most })).length).toBeLessThan(2_000);
  });
});
