import { useState } from 'preact/hooks';
import { Dismissible } from '../composer/dismissible.tsx';
import { sentenceOf } from '../connection/server.ts';
import { announce } from '../state/state.ts';

/** Saves something, and says how it went: beside the button, and to screen readers. */
export function useSaving() {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ failed: boolean; sentence: string } | null>(null);

  /** `doing` resolves to the sentence to say. */
  const attempt = async (doing: () => Promise<string>) => {
    setBusy(true);
    setSaid(null);
    try {
      const sentence = await doing();
      setSaid({ failed: false, sentence });
      announce(sentence);
    } catch (error) {
      setSaid({ failed: true, sentence: sentenceOf(error) });
    }
    setBusy(false);
  };
  const outcome = said?.failed ? (
    <Dismissible sentence={said.sentence} dismiss={() => setSaid(null)} />
  ) : said ? (
    <p class="saved">{said.sentence}</p>
  ) : null;
  return { attempt, busy, outcome };
}
