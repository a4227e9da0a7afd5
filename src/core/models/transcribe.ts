/** Transcribes an audio file by the provider's transcription model. */
import { toFile } from 'openai';
import { failureOf, isBilledAfter } from './failures/failures.ts';
import { type Failure, type Meter, ModelError } from './model.ts';
import { clientFor, type Provider } from './provider.ts';
import { usageIn } from './usage.ts';
import { fieldsOf, readJson } from './wire/json.ts';

export interface Audio {
  /** A media type, such as `audio/ogg`. */
  type: string;
  bytes: Uint8Array;
}

export interface Transcriber {
  model: string;
  /** @throws ModelError; `late` also when the signal is aborted; StoreError if the meter cannot reserve */
  transcribe(audio: Audio, meter: Meter, signal: AbortSignal): Promise<string>;
}

const DEADLINE_MS = 60_000;
/** OpenAI: a file has 25 MB at most. */
const MOST_BYTES = 25 * 2 ** 20;
/** Most characters of a transcript: a server without an end must not fill the conversation. */
const MOST_CHARACTERS = 100_000;
/** Servers recognise the format by the file's name. */
const EXTENSIONS: Record<string, string> = {
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/wav': 'wav',
  'audio/webm': 'webm',
};

export function transcriberAt(provider: Provider, model: string): Transcriber {
  return {
    model,
    async transcribe({ type, bytes }, meter, stop) {
      if (bytes.length > MOST_BYTES) throw new ModelError({ kind: 'request' });
      await meter.begin({ audioBytes: bytes.length }, stop);
      const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]);
      try {
        const file = await toFile(bytes, `voice.${EXTENSIONS[type] ?? 'ogg'}`, { type });
        const response = await clientFor(provider)
          .audio.transcriptions.create({ file, model, response_format: 'json' }, { signal })
          .asResponse();
        const answer = fieldsOf(await readJson(response));
        meter.end({ isBilled: true, usage: usageIn(fieldsOf(answer.usage)) });
        return textOf(answer).slice(0, MOST_CHARACTERS).toWellFormed();
      } catch (error) {
        const failure: Failure = signal.aborted ? { kind: 'late' } : failureOf(error);
        meter.end({ isBilled: isBilledAfter(failure) });
        throw new ModelError(failure);
      }
    },
  };
}

/** Reads the transcript. An answer with status 200 may still come from something that is no model API. */
function textOf({ text }: Record<string, unknown>): string {
  if (typeof text !== 'string') throw new ModelError({ kind: 'not-an-api' });
  if (text.trim() === '') throw new ModelError({ kind: 'empty' });
  return text.trim();
}
