import { useEffect, useRef, useState } from 'preact/hooks';
import { DICTATION } from '../../../api/dictation.ts';
import { onPage } from '../../../sentences/en.ts';
import { server } from '../../connection/server.ts';
import { changeDraft } from '../../drafts/drafts.ts';
import { MicrophoneIcon, StopIcon } from '../../icons.tsx';
import { problemOf } from '../../state/problem.ts';
import { announce, getState, setState, useStore } from '../../state/state.ts';
import { focusMessageBox } from '../message-box.ts';
import { NoRecording, type Recording, record } from './recorder.ts';

const words = onPage.dictating;

const NAMES = {
  idle: words.dictate,
  starting: words.STARTING,
  recording: words.stop,
  transcribing: words.TRANSCRIBING,
};

/** Records what the person says, and puts its transcript at the end of the message. */
export function DictateButton() {
  const source = useStore((state) => state.settings?.using.source);
  const [stage, setStage] = useState<'idle' | 'starting' | 'recording' | 'transcribing'>('idle');
  const recording = useRef<Recording | null>(null);
  const leave = useRef(() => {});
  leave.current = () => void recording.current?.end();
  useEffect(() => () => leave.current(), []);
  if (source === undefined || source === 'demo' || source === 'none') return null;

  const end = async () => {
    const ended = recording.current;
    recording.current = null;
    if (!ended) return;
    setStage('transcribing');
    announce(words.TRANSCRIBING);
    await transcribe(ended);
    setStage('idle');
    focusMessageBox();
  };
  const begin = async () => {
    setState({ problem: null });
    setStage('starting');
    try {
      recording.current = await record(end);
      setStage('recording');
      announce(words.RECORDING);
    } catch (error) {
      setStage('idle');
      setState({ problem: error instanceof NoRecording ? { sentence: error.message } : problemOf(error) });
    }
  };
  const name = NAMES[stage];
  return (
    <button
      type="button"
      class="quiet dictate"
      data-stage={stage}
      aria-label={name}
      title={name}
      disabled={stage === 'starting' || stage === 'transcribing'}
      onClick={stage === 'recording' ? end : begin}
    >
      {stage === 'recording' ? <StopIcon /> : <MicrophoneIcon />}
    </button>
  );
}

/** The text goes to the message that was being written when the recording ended. */
async function transcribe(recording: Recording): Promise<void> {
  const { id: conversation, visit } = getState().open;
  try {
    const audio = await recording.end();
    if (audio.size > DICTATION.mostBytes) throw new NoRecording(words.TOO_LONG);
    const { text } = await server.dictate(audio);
    changeDraft({ conversation, visit }, (draft) => ({
      ...draft,
      text: [draft.text.trimEnd(), text].filter((part) => part !== '').join(' '),
    }));
    announce(words.DONE);
  } catch (error) {
    setState({ problem: error instanceof NoRecording ? { sentence: error.message } : problemOf(error) });
  }
}
