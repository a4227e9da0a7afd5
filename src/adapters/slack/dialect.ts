/** Markdown for Slack, whose markdown blocks and streams take it as models write it. */
import { type Dialect, plainDialect } from '../reply/dialect.ts';
import { MARKDOWN_CHARACTERS } from './blocks.ts';

/** A little is left for what a stream adds. */
export const MESSAGE_CHARACTERS = MARKDOWN_CHARACTERS - 500;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `_${text}_`;

/** What Slack would take for a mention or a broadcast: a person, a channel, a group, `<!channel>`; not `<!DOCTYPE html>`. */
const PING = /<(?=[@#][A-Z][A-Z0-9]|!(?:channel|everyone|group|here|subteam|date)\b)/g;
/** Invisible; behind it Slack sees no token any more. */
const BREAK = '\u200b';

/** A text in which nothing pings. */
export const slackText = (markdown: string) => markdown.replace(PING, `<${BREAK}`);

export const slackDialect: Dialect = {
  render: (markdown, context) => slackText(plainDialect.render(markdown, context)),
  measure() {
    const plain = plainDialect.measure();
    let breaks = 0;
    return {
      take(line) {
        breaks += line.text.match(PING)?.length ?? 0;
        return plain.take(line) + breaks;
      },
      closing: plain.closing,
    };
  },
};
