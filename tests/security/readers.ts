/** All of Parley that reads whole texts of people and models, and texts that are hard to read. */
import { namesOthers, namesParley } from '../../src/adapters/discord/incoming/addressed.ts';
import { discordDialect } from '../../src/adapters/discord/markdown/dialect.ts';
import {
  nameOf as discordNameOf,
  readable as readableDiscord,
} from '../../src/adapters/discord/reading/text.ts';
import { isInCode, mentionsIn } from '../../src/adapters/slack/incoming/mentions.ts';
import { readCommand } from '../../src/adapters/slack/interactions/typed-command.ts';
import { slackDialect } from '../../src/adapters/slack/markdown/dialect.ts';
import { summaryOf } from '../../src/adapters/slack/markdown/summary.ts';
import {
  escapedMarkdown,
  mentionedIn,
  readable as readableSlack,
  sameText,
} from '../../src/adapters/slack/reading/text.ts';
import { NOTHING, readBlocks } from '../../src/adapters/web/page/markdown/blocks.ts';
import { parseInline } from '../../src/adapters/web/page/markdown/inline/parse-inline.ts';
import type { Dialect } from '../../src/chat/markdown/dialect.ts';
import { createDocument } from '../../src/chat/markdown/document.ts';
import type { Command } from '../../src/core/commands/command.ts';
import { readTypedCommand } from '../../src/core/commands/typed.ts';
import { readBaseUrl } from '../../src/core/models/base-url.ts';
import { failureInStream, failureOf, failureOfResponse } from '../../src/core/models/failures/failures.ts';
import { createThinkFilter } from '../../src/core/models/thoughts/think.ts';
import { createChatCalls } from '../../src/core/models/wire/chat/chat-calls.ts';
import { filesIn, hostedCallOf } from '../../src/core/models/wire/responses/hosted-items.ts';
import { inUtf8 } from '../../src/core/text/charset.ts';
import { hostBeside, looksLikeAddress } from '../../src/core/text/shown-host.ts';
import { seenCode, seenText } from '../../src/core/text/unseen.ts';
import { nameOf as fileNameOf } from '../../src/core/turn/attachment-kind.ts';
import { speech, textLines } from '../../src/core/turn/speech.ts';
import { createCitations } from '../../src/core/turn/tools/citing/citations.ts';
import { createSources } from '../../src/core/turn/tools/citing/sources.ts';

const names = { person: () => undefined, channel: () => undefined, group: () => undefined };
const spoken = (content: string) =>
  ({
    content,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    type: 0,
    author: { id: '2' },
  }) as never;
const commands: Command[] = [];

/** Readers of texts that people write, one message at a time. */
export const PEOPLES: Record<string, (text: string) => unknown> = {
  'a message on Slack': (text) => readableSlack(text, 'UBOT', names),
  'the mentions of a message on Slack': (text) => [
    mentionedIn(text),
    mentionsIn({ text, ts: '1.2' }),
    isInCode({ text, ts: '1.2' }, 'UBOT'),
  ],
  'whether two texts of Slack are the same': (text) => sameText(text, `${text}x`),
  'a message on Discord': (text) =>
    readableDiscord(text, {
      mentions: [],
      botId: '1',
      ownRole: '3',
      channelName: () => undefined,
      roleName: () => undefined,
    }),
  'whom a message on Discord addresses': (text) => [
    namesParley(spoken(text), { botId: '1', role: '3' }),
    namesOthers(spoken(text), '1', undefined),
  ],
  'a command': (text) => [readTypedCommand(text), readCommand(text, commands)],
  'a name': (text) => [discordNameOf({ id: '1', username: text, global_name: null }), fileNameOf(text)],
  'a base URL': (text) => readBaseUrl(text),
  'what a model is shown': (text) => [speech('Ada', text), textLines(text), seenText(text), seenCode(text)],
  'a text file': (text) => inUtf8(Buffer.from(text), 'text/plain; charset=latin1'),
};

/** As the client's `fetch` reads a refusal: a text of too many values is a failure of its own (`too-large`). */
function refusalOf(status: number, text: string) {
  try {
    return failureOfResponse(status, new Headers(), text);
  } catch (error) {
    return failureOf(error);
  }
}

/** Readers of texts that servers and models write, at a time. */
export const MODELS: Record<string, (text: string) => unknown> = {
  'a refusal': (text) => [400, 404, 500].map((status) => refusalOf(status, text)),
  'a failure in a stream': (text) => failureInStream({ error: { message: text } }),
  'reasoning in an answer': (text) => {
    const filter = createThinkFilter();
    return [filter.push(text), filter.end(true)];
  },
  'reasoning in an answer, in small pieces': (text) => {
    const filter = createThinkFilter({ beganInside: true });
    for (let at = 0; at < text.length; at += 50) filter.push(text.slice(at, at + 50));
    return filter.end(true);
  },
  'a call of a tool, in small pieces': (text) => {
    const calls = createChatCalls(new Set(['web_search']));
    const push = (piece: Record<string, unknown>) =>
      calls.push({ tool_calls: [{ index: 0, function: piece }] });
    push({ name: 'web_search' });
    for (let at = 0; at < text.length; at += 50) push({ arguments: text.slice(at, at + 50) });
    return calls.all();
  },
  'a call of a hosted tool': (text) => {
    const item = {
      type: 'web_search_call',
      action: { queries: [text], sources: [{ url: text }] },
      code: text,
      result: text,
    };
    return [hostedCallOf(item, { id: 'a', tool: 'web_search', isOver: true }), filesIn(item, 'a')];
  },
  'the label of a link': (text) => [hostBeside(text, 'https://example.com'), looksLikeAddress(text)],
  'the summary of an answer on Slack': (text) => [summaryOf(text), escapedMarkdown(text)],
};

const answer = (dialect: Dialect, limit: number) => (text: string) => {
  const document = createDocument({ limit, dialect });
  document.append(text);
  return [document.parts(false), document.parts(true)];
};

/** A whole answer, that comes in many steps as a rule. */
export const ANSWERS: Record<string, (text: string) => unknown> = {
  'an answer on Discord': answer(discordDialect, 2_000),
  'an answer on Slack': answer(slackDialect, 10_500),
  'the citations of an answer': (text) => {
    const citations = createCitations(createSources([{ number: 1, url: 'https://a.example/', title: '' }]));
    return citations.push(text) + citations.end();
  },
  'an answer on the page': (text) => readBlocks(text, false, NOTHING, () => false),
  'an answer on the page that grows': (text) => readBlocks(text, true, NOTHING, () => false),
  'a paragraph on the page': (text) => parseInline(text, { definitions: new Map(), growing: false }),
};

/** Parts of the marks, tokens and tags of all platforms and models. */
const UNITS = [
  ...' \t\n<>[](){}*_~`|$\\#-+=!?.,:;/@&^"\'0a中\u200b\u0301',
  '\r\n',
  '<@',
  '<@U',
  '<@UBOT|',
  '<@UBOT>',
  '<@1>',
  '<@!1',
  '<#',
  '<!',
  '<!subteam^',
  '<a:',
  '</',
  '<t:',
  '&lt;',
  '&amp;',
  '&#',
  '&',
  '![',
  '](',
  '](h',
  '[^',
  '[^1]',
  '[^1]: ',
  '[a]: ',
  '[a][',
  '[a](',
  '[[',
  '((',
  '``',
  '```',
  '```\n',
  '~~~',
  '~~',
  '**',
  '***',
  '__',
  '*_',
  '||',
  '|a',
  '|-',
  '|-|',
  '| - |\n',
  '$$',
  '$a',
  '\\(',
  '\\[',
  '\\begin{align}',
  '> ',
  '>>',
  '- ',
  '  - ',
  '1. ',
  '1.',
  '# ',
  '* * ',
  '---\n',
  '-# ',
  '<b>',
  '</b>',
  '<a href="',
  '<a href=x>',
  '<p>',
  '<td>',
  '<br>',
  '<details>',
  '<summary>',
  '<details>\n',
  '<!--',
  '-->',
  '<pre>',
  '<code>',
  'http://',
  'https://a',
  'https://',
  'www.',
  'a@b.c',
  'a.',
  'h',
  'w',
  '<think>',
  '</think>',
  '<think',
  '<|channel|>',
  '<|start|>',
  '<|',
  '[THINK]',
  '\\*',
  '\\`',
  '\\\\',
  'stop ',
  'parley ',
  '@Parley',
  'a b ',
  'a\n',
  'a\n\n',
  '\n\n',
  '\n> ',
  '\n- ',
  '\n|',
  'try again in ',
  'retry after 1',
  'api key ',
  'model',
  'token ',
  'model not ',
  'user and ',
  '1.5 s',
  '{',
  '{"a":',
  '[{',
  '"',
  'x_y',
  '\ud800',
  '\u202e',
  '{\u{1f600}',
  '\u{e0041}',
];

/** UTF-16 units of a hostile text. */
export const LENGTH = 100_000;

/** Texts in which a unit repeats, alone, before and behind something else, and with another in between. */
export function* hostileTexts(whole = LENGTH): Generator<[name: string, text: string]> {
  const many = (unit: string, length = whole) =>
    unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  for (const unit of UNITS) {
    const name = JSON.stringify(unit);
    yield [name, many(unit)];
    yield [`${name} and an end`, `${many(unit)}x`];
    yield [`${name} behind a mention`, `<@UBOT> stop ${many(unit)} x`];
  }
  for (const [index, unit] of UNITS.entries()) {
    const other = UNITS[(index * 7 + 11) % UNITS.length] ?? '';
    yield [
      `${JSON.stringify(unit)} before ${JSON.stringify(other)}`,
      many(unit, whole / 2) + many(other, whole / 2),
    ];
    yield [`${JSON.stringify(unit)} with ${JSON.stringify(other)}`, many(unit + other)];
  }
}
