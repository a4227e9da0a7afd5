/** Markdown for Slack, whose markdown blocks and streams take it as models write it. */
import { type Dialect, plainDialect } from '../reply/dialect.ts';
import { bytesOf, utf8 } from './bytes.ts';

/**
 * Bytes of one message's Markdown. Slack's pages say 12,000 characters; a streamed message was taken with 10,571 bytes
 * in all of its calls, and refused with 10,821 (openclaw/openclaw #143882).
 */
export const MESSAGE_BYTES = 10_500;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `_${text}_`;

/** What Slack would take for a mention or a broadcast: a person, a channel, a group, `<!channel>`; not `<!DOCTYPE html>`. */
const PING = /<(?=[@#][A-Z][A-Z0-9]|!(?:channel|everyone|group|here|subteam|date)\b)/g;
/** Invisible; behind it Slack sees no token any more. */
const BREAK = '\u200b';
const BREAK_BYTES = bytesOf(BREAK);

/** A text in which nothing pings. */
export const slackText = (markdown: string) => markdown.replace(PING, `<${BREAK}`);

export const slackDialect: Dialect = {
  render: (markdown, context) => slackText(plainDialect.render(markdown, context)),
  measure() {
    let bytes = 0;
    return {
      take({ text }) {
        const breaks = text.match(PING)?.length ?? 0;
        bytes += bytesOf(text) + breaks * BREAK_BYTES + 1;
        return bytes;
      },
      closing: (enclosure) => (enclosure ? bytesOf(enclosure.closer) + 1 : 0),
    };
  },
  units: utf8,
};
