/** Limits how many messages one person sends in a minute. It keeps the newest messages with the time they were sent. */

import type { Audit } from '../reports/audit.ts';
import type { TenantSettings } from '../settings.ts';
import type { TenantId } from '../types.ts';

export interface SentMessage {
  /** The platform's id, so that a redelivery is not counted twice. */
  id: string;
  /** When it was sent, by the platform's clock (ms since 1970): messages missed while away do not count as one burst. */
  at: number;
  /** The place of the message. In each place, a person is told once to wait. */
  place?: string;
  /** The limit of the tenant that the message is in, beside the operator's. It counts the messages there alone. */
  within?: { tenant: TenantId; most: number };
}

/** The limit of messages that a tenant's admins set. */
export function limitWithin(
  tenant: TenantId,
  { perMinute: most }: Pick<TenantSettings, 'perMinute'>,
): Pick<SentMessage, 'within'> {
  return most === undefined ? {} : { within: { tenant, most } };
}

/** The reason why a message has to wait. */
export interface Wait {
  /** Seconds until the next message is answered. */
  seconds: number;
  /** Whether the person has not been told so in this place since Parley last answered them. */
  isFirst: boolean;
}

/** Every call throws `StoreError` when the store fails. */
export interface MessageRate {
  /** Counts a person's message. Undefined: it may be answered. A message that has to wait does not count. */
  count(person: string, message: SentMessage): Promise<Wait | undefined>;
}

/** Writes an audit line when a person is told to wait. */
export function audited(rate: MessageRate, audit: Audit): MessageRate {
  return {
    async count(person, message) {
      const wait = await rate.count(person, message);
      if (wait?.isFirst) audit('refused', { person, reason: 'rate' });
      return wait;
    },
  };
}

/** A person's messages that count, oldest first. */
export interface CountedMessages {
  messages: Pick<SentMessage, 'id' | 'at'>[];
  /** Places in which they were told to wait since a message was answered. */
  told: string[];
}

export const RATE_MS = 60_000;
/** Most places that are remembered of a person. */
const MOST_PLACES = 50;

/** @param most messages in a minute */
export function countMessage(
  before: CountedMessages | undefined,
  { place = '', id, at }: SentMessage,
  most: number,
): { sent: CountedMessages; wait?: Wait } {
  const message = { id, at };
  const told = before?.told ?? [];
  const known = before?.messages ?? [];
  if (known.some((one) => one.id === id)) return { sent: { messages: known, told } };
  const newest = Math.max(message.at, ...known.map(({ at }) => at));
  const kept = known.filter(({ at }) => at > newest - RATE_MS);
  const near = kept.filter(({ at }) => Math.abs(message.at - at) < RATE_MS);
  const [oldest] = near.slice(-most);
  if (near.length < most || !oldest) {
    const messages = [...kept, message].sort((a, b) => a.at - b.at);
    return { sent: { messages, told: [] } };
  }
  const seconds = Math.max(1, Math.ceil((oldest.at + RATE_MS - message.at) / 1_000));
  return {
    sent: { messages: kept, told: [...told.filter((one) => one !== place), place].slice(-MOST_PLACES) },
    wait: { seconds, isFirst: !told.includes(place) },
  };
}
