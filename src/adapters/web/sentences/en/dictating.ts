/** English sentences of the page about speech: dictating a message, and reading an answer aloud. */
export const dictate = 'Dictate';
export const stop = 'Stop dictating';
export const STARTING = 'Waiting for the microphone…';
export const RECORDING = 'Recording. Press the same button to stop.';
export const TRANSCRIBING = 'Writing down what you said…';
export const DONE = 'Written down.';
export const DENIED =
  'The browser does not let this page hear you. Allow the microphone for it, then try again.';
export const NO_MICROPHONE = 'There is no microphone on this device. Plug one in, then try again.';
export const UNABLE =
  'This browser gives the page no microphone. Dictation needs a current browser and https.';
export const TOO_LONG = 'That was too long to write down. Dictate it in parts.';

export const readAloud = 'Read aloud';
export const stopReading = 'Stop reading';
