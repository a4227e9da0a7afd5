/** Reading the exports of other programs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMPORT_LIMITS } from '../../../../src/adapters/web/api/import.ts';
import { readConversation as readInSteps } from '../../../../src/adapters/web/page/import/formats/read-conversation.ts';
import { chatGpt, libreChat, libreChatTree, openWebUi } from './exports.ts';

function readConversation(element: unknown) {
  const steps = readInSteps(element);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

function read(element: unknown) {
  const conversation = readConversation(element);
  if (typeof conversation === 'string') throw new Error(conversation);
  return conversation;
}

describe('an export of another program', () => {
  const exports = [
    ['ChatGPT', chatGpt(), 'gpt-4o'],
    ['LibreChat', libreChat(), 'gpt-4o'],
    ['LibreChat, as a tree', libreChatTree(), 'gpt-4o'],
    ['open-webui', openWebUi(), 'llama3.2'],
  ] as const;

  it.each(exports)('of %s is read as the branch that was shown', (_, element, model) => {
    const { title, turns, isCut } = read(element);
    expect(title).toBe('Sky');
    expect(turns.map(({ text, answer }) => [text, answer])).toEqual([
      ['Why is the sky blue?', 'Because of **Rayleigh** scattering.'],
      ['And red at night?', 'The light goes through more air.'],
    ]);
    expect(turns.map((turn) => [turn.model, turn.end])).toEqual([
      [model, 'stop'],
      [model, 'stop'],
    ]);
    expect(new Date(turns[0]?.at ?? 0).toISOString()).toBe('2023-11-14T22:13:20.000Z');
    expect(isCut).toBe(false);
  });

  it('of ChatGPT names its files, and has reasoning apart and no marks of citations', () => {
    const element = chatGpt('files', 'Files', [
      { by: 'user', text: 'Look' },
      { by: 'assistant', text: 'A cat.\ue200cite\ue202turn0search1\ue201' },
    ]);
    const [said] = Object.values(element.mapping).slice(2) as {
      message: { content: object; metadata: object };
    }[];
    if (!said) throw new Error('no message');
    said.message.content = {
      content_type: 'multimodal_text',
      parts: [
        { content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-abc', size_bytes: 9 },
        'Look',
      ],
    };
    said.message.metadata = {
      attachments: [{ id: 'file-abc', name: 'cat.png', size: 9, mime_type: 'image/png' }],
    };
    const thinking = {
      content_type: 'thoughts',
      thoughts: [{ summary: 'Cat', content: 'It has whiskers.' }],
    };
    element.mapping.thinking = {
      id: 'thinking',
      parent: 'files-0',
      message: { author: { role: 'assistant' }, content: thinking, recipient: 'all' },
    };
    element.mapping['files-1'] = { ...(element.mapping['files-1'] as object), parent: 'thinking' };
    expect(read(element).turns).toMatchObject([
      {
        text: 'Look',
        files: [{ name: 'cat.png', type: 'image/png', size: 9 }],
        answer: 'A cat.',
        thoughts: 'It has whiskers.',
      },
    ]);
  });

  it('of open-webui has reasoning apart', () => {
    const element = openWebUi('r', 'R', [
      { by: 'user', text: 'Hm?' },
      {
        by: 'assistant',
        text: '<details type="reasoning" done="true"><summary>Thought</summary>\n> Deep.\n</details>\nYes.',
      },
    ]);
    expect(read(element).turns[0]).toMatchObject({ answer: 'Yes.', thoughts: 'Deep.' });
  });

  it('with parents in a circle, twice the same id, or times that are none is read without end or error', () => {
    const element = chatGpt();
    for (const one of Object.values(element.mapping) as { parent: string | null; message: object | null }[]) {
      one.parent ??= element.current_node;
      if (one.message) Object.assign(one.message, { create_time: Number.NaN });
    }
    const { turns } = read({ ...element, create_time: 1e300, update_time: '0000' });
    expect(turns.length).toBe(2);
    for (const { at } of turns) expect(at > 0 && at <= Date.now()).toBe(true);
    const libre = libreChat();
    for (const one of libre.messages) one.messageId = 'same';
    expect(typeof readConversation(libre)).toBe('object');
  });

  it('has its long texts cut, and says so', () => {
    const { turns, isCut } = read(
      libreChat('long', 'x'.repeat(9_999), [
        { by: 'user', text: 'q'.repeat(1_000_000) },
        { by: 'assistant', text: `${'a'.repeat(IMPORT_LIMITS.answerCharacters - 1)}😀` },
      ]),
    );
    expect(isCut).toBe(true);
    expect(turns[0]?.text.length).toBe(IMPORT_LIMITS.textCharacters);
    expect(turns[0]?.answer.isWellFormed()).toBe(true);
  });

  it('that holds anything at all breaks nothing, and never leaves the bounds (1,000 documents)', () => {
    const names = fc.constantFrom(
      'mapping',
      'message',
      'author',
      'role',
      'content',
      'parts',
      'content_type',
      'current_node',
      'parent',
      'chat',
      'history',
      'messages',
      'currentId',
      'parentId',
      'messageId',
      'parentMessageId',
      'children',
      'text',
      'title',
      'id',
      'files',
      'format',
      'turns',
      'shown',
      'metadata',
      'attachments',
      'thoughts',
      '__proto__',
      'constructor',
      'a',
      'b',
    );
    const words = fc.constantFrom(
      'user',
      'assistant',
      'tool',
      'text',
      'multimodal_text',
      'thoughts',
      'parley.conversation',
      'a',
      'b',
      '',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 7, withCrossShrink: true },
        words,
        fc.constantFrom<unknown>(null, true, -1, 1e308, Number.NaN, 1_700_000_000),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(names, tie('value'), { maxKeys: 6 }),
        // Whole exports, with something else in one place.
        fc.tuple(fc.constantFrom(...exports.map(([, element]) => element)), names, tie('value')).map(lieIn),
      ),
    }));
    fc.assert(
      fc.property(value, (element) => {
        const conversation = readConversation(element);
        if (typeof conversation === 'string') return;
        expect(conversation.key.length).toBeGreaterThan(0);
        expect(conversation.turns.length).toBeGreaterThan(0);
        expect(new Set(conversation.turns.map(({ key }) => key)).size).toBe(conversation.turns.length);
        for (const turn of conversation.turns) {
          expect(turn.key.length).toBeLessThanOrEqual(IMPORT_LIMITS.keyCharacters);
          expect(turn.at > 0 && turn.at <= Date.now()).toBe(true);
          expect(
            [turn.text, turn.answer, turn.model, turn.thoughts].every((text) => typeof text === 'string'),
          ).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The export with `value` as every field of that name. */
function lieIn([element, name, value]: [unknown, string, unknown]): unknown {
  return JSON.parse(JSON.stringify(element), (key, own) => (key === name ? value : own));
}
