/** Markdown for Slack, whose markdown blocks and streams accept the Markdown of models. */
import { type Dialect, plainDialect } from '../../../chat/markdown/dialect.ts';
import { bytesOf, utf8 } from './bytes.ts';
import { convertInline } from './inline.ts';
import { convertMarkdown } from './markdown.ts';

/**
 * Most bytes of one message's Markdown. Slack's pages say 12,000 characters. A streamed message was accepted
 * with 10,571 bytes in all its calls, and refused with 10,821 (openclaw/openclaw #143882).
 */
export const MESSAGE_BYTES = 10_500;

/** A notice, in a form that differs from the model's text. */
export const smallPrint = (text: string) => `_${text}_`;

/**
 * Text that Slack would read as a mention or a broadcast: a person, a channel, a group, `<!channel>`, but not
 * `<!DOCTYPE html>`. Entities count, since they may decode to a mention.
 */
const PING =
  /<(?=[@#][A-Z][A-Z0-9]|!(?:channel|everyone|group|here|subteam|date)\b|&(?:[#a-z]))|&(?:lt|#0{0,5}60|#x0{0,5}3c);(?=[@#!&])/gi;
/** An invisible character that keeps Slack from reading a token. */
const BREAK = '\u200b';

/** The text in a form in which nothing pings. */
export const slackText = (markdown: string) => markdown.replace(PING, `$&${BREAK}`);

/** A displayed formula begins and ends with a fence on its own line. */
const FENCE_LINE = '```\n'.length;

export const slackDialect: Dialect = {
  repeatsTableHead: true,
  render(markdown, context, references) {
    const converted = convertMarkdown(markdown, context, references.stage === 'growing');
    return slackText(plainDialect.render(converted, context, references));
  },
  measure() {
    let bytes = 0;
    return {
      take(line) {
        const { text, kind } = line;
        const isMath = line.context.enclosure?.kind === 'math' || line.ended?.kind === 'math';
        const shown = slackText(kind === 'inside' ? text : convertInline(text, { isRow: kind === 'row' }));
        const own = bytesOf(text);
        // The mark of a formula becomes a line of its own, apart from the text beside it.
        const fences = isMath || kind === 'close' ? 2 * FENCE_LINE : 0;
        const backslash = kind === 'definition' ? 1 : 0;
        bytes += (shown === text ? own : Math.max(own, bytesOf(shown))) + backslash + fences + 1;
        return bytes;
      },
      closing: (enclosure) => {
        if (!enclosure) return 0;
        return bytesOf(enclosure.closer) + 1 + (enclosure.kind === 'math' ? 2 * FENCE_LINE : 0);
      },
    };
  },
  units: utf8,
};
