/**
 * A platform that keeps messages and rate buckets as Discord does: so many calls in a window that begins with the
 * first, headers with each response, 429 beyond. It records, and can be slow and fail. Times are virtual.
 */

import { type Part, ShowError, type Surface } from '../../../src/chat/answer/surface.ts';
import type { Bucket } from '../../../src/chat/pacing/bucket.ts';
import { createPacer } from '../../../src/chat/pacing/pacing.ts';
import { createLanes } from '../../../src/core/lanes.ts';

export type Fault =
  /** Refused before anything was done: a server's failure. */
  | 'fails'
  /** Done, but the response is lost. */
  | 'lost'
  /** A 429 that the headers did not announce. */
  | 'limited'
  | 'gone'
  | 'closed'
  | 'blocked'
  | 'forbidden'
  | 'stuck'
  | 'file'
  | 'refused'
  /** No failure of the platform: a mistake, such as a TypeError. */
  | 'strange';

export interface Call {
  kind: 'post' | 'edit' | 'remove';
  answer: string;
  /** The id of a message that exists already. */
  id: string | undefined;
  part: Part | undefined;
  index: number | undefined;
  /** Milliseconds, when it was sent and when it arrived. */
  sentAt: number;
  at: number;
  result: 'ok' | Fault;
}

export interface PlatformOptions {
  limit?: number;
  windowMs?: number;
  /** Milliseconds on the way there, and back. */
  way?: () => number;
  fault?: (call: Call) => Fault | undefined;
  /** Whether responses carry headers. */
  hasHeaders?: boolean;
  /** Whether the client sends calls of one bucket one after another, as discord.js does. */
  isSerial?: boolean;
}

export interface FakeMessage {
  id: string;
  answer: string;
  index: number;
  part: Part;
}

export function createPlatform(options: PlatformOptions = {}) {
  const {
    limit = 5,
    windowMs = 5_000,
    way = () => 2.5,
    fault = () => undefined,
    hasHeaders = true,
    isSerial = false,
  } = options;
  const pacer = createPacer();
  const messages = new Map<string, FakeMessage>();
  const calls: Call[] = [];
  const windows = { post: counter(), edit: counter() };
  /** Rules that were broken, in words. */
  const breaches: string[] = [];
  const busy = new Set<string>();
  const lines = createLanes();
  const typing = new Map<string, boolean>();
  let refusals = 0;
  let made = 0;
  const watchers: (() => void)[] = [];

  function counter() {
    let begin = Number.NEGATIVE_INFINITY;
    let used = 0;
    return {
      most: 0,
      /** Milliseconds to wait; 0 where it is let through. */
      take(now: number): number {
        if (now >= begin + windowMs) {
          begin = now;
          used = 0;
        }
        if (used >= limit) return begin + windowMs - now;
        used++;
        this.most = Math.max(this.most, used);
        return 0;
      },
      seen: (now: number) => ({
        limit,
        remaining: limit - used,
        resetAfterMs: Math.ceil(begin + windowMs - now),
      }),
    };
  }

  const bucket = (kind: 'post' | 'edit'): Bucket => pacer.bucket(kind, { limit: 5, windowMs: 5_000 });

  async function make<T>(
    call: Omit<Call, 'sentAt' | 'at' | 'result'>,
    key: string,
    effect: () => T,
  ): Promise<T> {
    if (busy.has(key)) breaches.push(`two calls at once: ${key}`);
    busy.add(key);
    try {
      return await (isSerial ? lines.run(call.kind, () => send(call, effect)) : send(call, effect));
    } finally {
      busy.delete(key);
    }
  }

  async function send<T>(call: Omit<Call, 'sentAt' | 'at' | 'result'>, effect: () => T): Promise<T> {
    const sentAt = performance.now();
    await sleep(way());
    const now = performance.now();
    const record: Call = { ...call, sentAt, at: now, result: 'ok' };
    calls.push(record);
    const counted = call.kind === 'remove' ? undefined : windows[call.kind];
    const wait = counted?.take(now) ?? 0;
    if (wait > 0) {
      refusals++;
      record.result = 'limited';
      await sleep(way());
      throw new ShowError('limited', wait);
    }
    record.result = fault(record) ?? 'ok';
    const headers = counted?.seen(now);
    const isMissing = call.id !== undefined && !messages.has(call.id);
    if (isMissing && record.result === 'ok') record.result = 'gone';
    const value = record.result === 'ok' || record.result === 'lost' ? effect() : undefined;
    for (const watch of watchers) watch();
    await sleep(way());
    if (headers && hasHeaders && call.kind !== 'remove' && record.result !== 'lost')
      bucket(call.kind).learn(headers);
    switch (record.result) {
      case 'ok':
        return value as T;
      case 'strange':
        throw new TypeError('a mistake');
      case 'limited':
        throw new ShowError('limited', 700);
      case 'fails':
      case 'lost':
        throw new ShowError('again');
      default:
        throw new ShowError(record.result);
    }
  }

  return {
    pacer,
    messages,
    calls,
    breaches,
    /** 429s that calls beyond the limit have brought. */
    get refusals() {
      return refusals;
    },
    most: () => Math.max(windows.post.most, windows.edit.most),
    isTyping: (answer: string) => typing.get(answer) ?? false,
    /** Called whenever messages may have changed. */
    watch: (watcher: () => void) => void watchers.push(watcher),
    /** The messages of an answer as they stand, in the order of their posting. */
    of: (answer: string) => [...messages.values()].filter((message) => message.answer === answer),
    seed(answer: string, ...texts: string[]): string[] {
      return texts.map((text, index) => {
        made++;
        const id = `m${made}`;
        messages.set(id, { id, answer, index, part: { text, buttons: [] } });
        return id;
      });
    },

    surface(answer: string): Surface {
      const nonces = new Map<string, string>();
      return {
        post: (part, index, anew) =>
          make({ kind: 'post', answer, id: undefined, part, index }, `${answer} post`, () => {
            const known = nonces.get(`${index} ${anew}`);
            if (known !== undefined) return known;
            if (part.text.trim() === '') breaches.push('empty message');
            made++;
            const id = `m${made}`;
            nonces.set(`${index} ${anew}`, id);
            messages.set(id, { id, answer, index, part });
            return id;
          }),
        edit: (id, part) =>
          make({ kind: 'edit', answer, id, part, index: undefined }, id, () => {
            const message = messages.get(id);
            if (message) message.part = part;
          }),
        remove: (id) =>
          make({ kind: 'remove', answer, id, part: undefined, index: undefined }, id, () => {
            messages.delete(id);
          }),
        async setButtons(id, buttons) {
          const message = messages.get(id);
          if (message) message.part = { ...message.part, buttons };
          return message !== undefined;
        },
        indicate() {
          typing.set(answer, true);
          return () => void typing.set(answer, false);
        },
        bucket: (call) => bucket(call === 'post' || call === 'whole' ? 'post' : 'edit'),
      };
    },
  };
}

export type Platform = ReturnType<typeof createPlatform>;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
