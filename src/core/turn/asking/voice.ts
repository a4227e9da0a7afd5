/** Transcribes each voice message once. From then on, it is text like any other. */
import type { Logger } from 'pino';
import { failureOf } from '../../models/failures/failures.ts';
import type { Audio, Transcriber } from '../../models/transcribe.ts';
import type { CallCause, Spending } from '../../money/metering/spending.ts';
import { whereFrom } from '../../reports/where-from.ts';
import type { Attachments } from '../../storage.ts';
import type { Attachment, Message, Origin } from '../../types.ts';

export const isAudio = ({ type }: Attachment): boolean => type.startsWith('audio/');

export interface VoiceOptions {
  attachments: Attachments;
  /** Transcribes at the cost of the person who asks. Absent: no model can. */
  transcribe: ((audio: Audio, signal: AbortSignal) => Promise<string>) | undefined;
  log: Logger;
}

/**
 * The message with its audio transcribed: as text, or as a quote if the audio belongs to another message. Transcribed
 * audio leaves the message, and may be removed once the message is kept. Audio that fails stays for another attempt.
 * @throws StoreError
 */
export async function writeDown(
  message: Message,
  { attachments, transcribe, log }: VoiceOptions,
  signal: AbortSignal,
): Promise<Message> {
  const texts = [message.text];
  const quotes = [...(message.quotes ?? [])];
  const written = new Set<string>();
  for (const attachment of message.attachments.filter(isAudio)) {
    const file = await attachments.get(message.conversation, attachment.id);
    if (!file || !transcribe || signal.aborted) continue;
    try {
      const said = await transcribe({ type: attachment.type, bytes: file.bytes }, signal);
      const { origin } = attachment;
      if (origin) quotes.push({ ...spokenIn(origin), text: said });
      else texts.push(said);
      written.add(attachment.id);
    } catch (error) {
      if (signal.aborted) break;
      const { kind, status } = failureOf(error);
      log.warn(
        { conversation: message.conversation, turn: message.id, failure: kind, status },
        'voice message not written down',
      );
    }
  }
  return {
    ...message,
    text: texts.filter(Boolean).join('\n\n'),
    ...(quotes.length > 0 && { quotes }),
    attachments: message.attachments.filter(({ id }) => !written.has(id)),
  };
}

function spokenIn({ note, ...origin }: Origin): Origin {
  return { ...origin, note: note === undefined ? 'a voice message' : `${note}: a voice message` };
}

/** Removes audio that is now kept as text. If the store fails, forgetting the conversation removes it. */
export async function removeWritten(
  before: Message,
  after: Message,
  { attachments, log }: Pick<VoiceOptions, 'attachments' | 'log'>,
): Promise<void> {
  const kept = new Set(after.attachments.map(({ id }) => id));
  const written = before.attachments.map(({ id }) => id).filter((id) => !kept.has(id));
  if (written.length === 0) return;
  try {
    await attachments.remove(before.conversation, written);
  } catch (error) {
    log.error(
      { conversation: before.conversation, turn: before.id, error: whereFrom(error) },
      'audio not removed',
    );
  }
}

/** The message with its voice messages as text, at its author's cost. @throws StoreError */
export function heardBy(
  message: Message,
  cause: Omit<CallCause, 'kind'>,
  transcriber: Transcriber | undefined,
  { attachments, spending, log }: Omit<VoiceOptions, 'transcribe'> & { spending: Spending },
  signal: AbortSignal,
): Promise<Message> {
  if (!transcriber) return writeDown(message, { attachments, transcribe: undefined, log }, signal);
  const { model } = transcriber;
  const call = { ...cause, kind: 'transcription', choice: { ...cause.choice, model } } as const;
  const transcribe = (audio: Audio, stop: AbortSignal) =>
    spending.run(call, (meter) => transcriber.transcribe(audio, meter, stop));
  return writeDown(message, { attachments, transcribe, log }, signal);
}
