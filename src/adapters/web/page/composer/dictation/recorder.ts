/** Records speech from the microphone of this device. */
import { DICTATION } from '../../../api/dictation.ts';
import { onPage } from '../../../sentences/en.ts';

const words = onPage.dictating;

/** Why there is no recording; `message` is a sentence for the person. */
export class NoRecording extends Error {
  override name = 'NoRecording';
}

export interface Recording {
  /** Ends it. Resolves to what was recorded. */
  end(): Promise<Blob>;
}

/** Speech needs no more bits a second. */
const BITS = 32_000;

/** @param full called when the longest recording is reached. @throws NoRecording */
export async function record(full: () => void): Promise<Recording> {
  // Browsers give a microphone to secure pages alone.
  if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined') throw new NoRecording(words.UNABLE);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((error: unknown) => {
    throw new NoRecording(whyNot(error));
  });
  const mimeType = DICTATION.types.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS, ...(mimeType && { mimeType }) });
  const parts: Blob[] = [];
  const ended = new Promise<Blob>((resolve) => {
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('stop', () => resolve(new Blob(parts, { type: recorder.mimeType })));
  });
  const timer = setTimeout(full, DICTATION.longestMs);
  recorder.start();
  return {
    end() {
      clearTimeout(timer);
      if (recorder.state !== 'inactive') recorder.stop();
      for (const track of stream.getTracks()) track.stop();
      return ended;
    },
  };
}

/** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
function whyNot(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return words.DENIED;
  return name === 'NotFoundError' ? words.NO_MICROPHONE : words.UNABLE;
}
