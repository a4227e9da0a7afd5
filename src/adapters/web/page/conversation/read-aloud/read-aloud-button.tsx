import { useEffect, useRef, useState } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import { SpeakerIcon, StopIcon } from '../../icons.tsx';
import { languageOf } from './language-of.ts';
import { spokenParts } from './spoken-parts.ts';

const words = onPage.dictating;

/** Reads the answer aloud with the voices of the browser, in the language of its text. */
export function ReadAloudButton() {
  const button = useRef<HTMLButtonElement>(null);
  const [reading, setReading] = useState(false);
  useEffect(() => {
    if (!reading) return;
    // An answer that leaves the page falls silent.
    return () => speechSynthesis.cancel();
  }, [reading]);
  if (!('speechSynthesis' in globalThis)) return null;
  const read = () => {
    const answer = button.current?.closest('article')?.querySelector('.prose');
    const parts = answer ? spokenParts(answer) : [];
    if (parts.length === 0) return;
    speechSynthesis.cancel();
    const lang = languageOf(parts.join(' '));
    for (const [index, part] of parts.entries()) {
      const utterance = new SpeechSynthesisUtterance(part);
      if (lang !== undefined) utterance.lang = lang;
      if (index === parts.length - 1) utterance.onend = () => setReading(false);
      // Another answer is read, or the browser has no voice.
      utterance.onerror = () => setReading(false);
      speechSynthesis.speak(utterance);
    }
    setReading(true);
  };
  const name = reading ? words.stopReading : words.readAloud;
  return (
    <button
      type="button"
      class="quiet"
      ref={button}
      aria-label={name}
      title={name}
      onClick={() => (reading ? setReading(false) : read())}
    >
      {reading ? <StopIcon /> : <SpeakerIcon />}
    </button>
  );
}
