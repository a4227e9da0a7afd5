import { useState } from 'preact/hooks';
import type { StepDetails } from '../../api/steps.ts';
import type { StepView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';

const { LOADING, steps: words } = onPage.conversation;

interface StepsProps {
  conversation: string;
  turn: string;
  steps: StepView[];
  live: boolean;
}

/** The tools that an answer uses: as they run, and folded once it has ended. */
export function Steps({ conversation, turn, steps, live }: StepsProps) {
  const lines = steps.map((step) => (
    <li key={step.id}>{live ? <Line step={step} /> : <Folded {...{ conversation, turn, step }} />}</li>
  ));
  if (live) return <ul class="steps">{lines}</ul>;
  return (
    <details class="steps">
      <summary>{words.summary(steps.length)}</summary>
      <ul>{lines}</ul>
    </details>
  );
}

const shownState = ({ state }: StepView): keyof typeof words.states => {
  if (state === 'done') return 'done';
  return state === 'asked' || state === 'running' ? 'running' : 'failed';
};

function Line({ step }: { step: StepView }) {
  const state = shownState(step);
  return (
    <span class="step" data-state={state}>
      <i aria-hidden="true" />
      <bdi>{step.says}</bdi>
      <span class="visually-hidden">, {words.states[state]}</span>
    </span>
  );
}

/** A step's line that opens to what it was asked for and what came of it, which is fetched when first unfolded. */
function Folded({ conversation, turn, step }: { conversation: string; turn: string; step: StepView }) {
  const [details, setDetails] = useState<StepDetails | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const unfold = async (event: Event & { currentTarget: HTMLDetailsElement }) => {
    if (!event.currentTarget.open || details) return;
    setProblem(null);
    try {
      const { steps } = await server.steps(conversation, turn);
      setDetails(steps.find(({ id }) => id === step.id) ?? { id: step.id, input: '', output: '' });
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <details onToggle={unfold}>
      <summary>
        <Line step={step} />
      </summary>
      {problem !== null ? (
        <p role="alert">{problem}</p>
      ) : details === null ? (
        <p>{LOADING}</p>
      ) : (
        <>
          {details.input !== '' && <Text name={words.input} text={details.input} />}
          {details.output === '' ? (
            <p>{words.nothing}</p>
          ) : (
            <Text name={words.output} text={details.output} />
          )}
        </>
      )}
    </details>
  );
}

/** A text as it is. Scrolled by keyboard, too. */
function Text({ name, text }: { name: string; text: string }) {
  return (
    <>
      <p>{name}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section aria-label={name} tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </>
  );
}
