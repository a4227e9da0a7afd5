/** Writes the messages of one answer from its start to its stop: whatever is due is posted, edited or removed. */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import { type AnswerMessages, type AnswerMessagesOptions, createAnswerMessages } from './answer-messages.ts';
import { createCalls } from './calls.ts';
import { createLeftMessages } from './left-messages.ts';
import { createReaderView, type ReaderView } from './reader-view.ts';
import { type RunningWriters, runWriters } from './running-writers.ts';
import { createEditor, createPoster } from './writers.ts';

export interface WritingOptions extends AnswerMessagesOptions {
  log: Logger;
  /** Just before the answer's first message is posted. */
  onFirstPost(): void;
  /** A call has ended, or there is no difference left. */
  onChange(): void;
  /** Nothing more can be shown: somebody deleted a message, or nothing can be written there. */
  onStop(why: 'gone' | 'closed'): void;
}

export interface Writing extends Pick<RunningWriters, 'isRunning' | 'start' | 'stop'> {
  readonly messages: AnswerMessages;
  readonly view: ReaderView;
  /** A call is under way. */
  isBusy(): boolean;
  /** The platform's word for why the last call failed; undefined where it did not, or where there is none. */
  trouble(): string | undefined;
  /** Makes the calls that are due. */
  wake(): void;
  /** Takes in the newest text, once there is enough of it to show. */
  refresh(): void;
  /** Renders the desired parts. Returns false where that failed, so that nothing more can be shown. */
  render(): boolean;
  /** Nothing more can be shown, for this reason. */
  fail(why: 'gone' | 'closed'): void;
}

export function createWriting(options: WritingOptions): Writing {
  const { desired, log } = options;
  const messages = createAnswerMessages(options);
  const view = createReaderView(desired, messages);
  const left = createLeftMessages(onEnd);
  const shared = { ...options, messages, view, left, refresh };
  const calls = createCalls({
    ...shared,
    fail,
    wakeAfter: (ms) => writers.after(ms, wake),
    onEnd() {
      if (writers.isRunning()) messages.settle();
      onEnd();
    },
  });
  const { write } = calls;
  const writers: RunningWriters = runWriters({
    poster: createPoster({ ...shared, write, pokeOther: () => writers.pokeEditor() }),
    editor: createEditor({ ...shared, write, pokeOther: () => writers.pokePoster() }),
  });

  function onEnd(): void {
    wake();
    options.onChange();
  }

  function wake(): void {
    trim();
    if (writers.isRunning()) writers.poke();
  }

  function trim(): void {
    const surplus = writers.isRunning() ? messages.trim() : undefined;
    if (surplus) void calls.remove(surplus);
  }

  function refresh(): void {
    if (desired.stage === 'waiting' || !desired.isStale || !render()) return;
    messages.settle();
    trim();
  }

  function render(): boolean {
    const isRendered = tryToRender(desired, log);
    if (!isRendered) fail('closed');
    return isRendered;
  }

  function fail(why: 'gone' | 'closed'): void {
    if (!writers.isRunning()) return;
    writers.stop();
    options.onStop(why);
  }

  return {
    messages,
    view,
    isRunning: writers.isRunning,
    isBusy: () => calls.count() + left.count() > 0,
    trouble: calls.trouble,
    start: writers.start,
    stop: writers.stop,
    wake,
    refresh,
    render,
    fail,
  };
}

/** A mistake in what makes Markdown the platform's concerns this answer alone. */
function tryToRender(desired: DesiredParts, log: Logger): boolean {
  try {
    desired.render();
    return true;
  } catch (error) {
    log.error({ error: whereFrom(error) }, 'answer not rendered');
    return false;
  }
}
