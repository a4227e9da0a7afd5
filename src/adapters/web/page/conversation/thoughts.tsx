import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { Markdown } from '../markdown/markdown.tsx';

/** Shows the model's reasoning; it is fetched when first unfolded. */
export function Thoughts({ conversation, turn }: { conversation: string; turn: string }) {
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const unfold = async (event: Event & { currentTarget: HTMLDetailsElement }) => {
    if (!event.currentTarget.open || text !== null) return;
    setProblem(null);
    try {
      setText((await server.thoughts(conversation, turn)).thoughts);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <details class="thoughts" onToggle={unfold}>
      <summary>{onPage.conversation.answer.showThinking}</summary>
      {problem !== null ? (
        <p role="alert">{problem}</p>
      ) : text === null ? (
        <p>{onPage.conversation.LOADING}</p>
      ) : (
        <Markdown text={text} growing={false} />
      )}
    </details>
  );
}
