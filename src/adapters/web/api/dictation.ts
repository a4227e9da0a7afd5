/** Dictation: `POST /api/dictation`, the recorded audio as body. */
export interface DictatedText {
  text: string;
}

/** Bounds of a recording, for both sides. */
export const DICTATION = {
  /** Media types that browsers record. */
  types: ['audio/webm', 'audio/mp4', 'audio/ogg'],
  /** Five minutes of speech take 1.2 MB at the rate that the page asks for; some browsers record four times that. */
  mostBytes: 6 * 2 ** 20,
  longestMs: 300_000,
};
