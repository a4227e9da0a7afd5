import { SettingsLink } from '../sidebar/settings-link.tsx';
import { setState, useStore } from '../state/state.ts';

const EXAMPLES = [
  'Explain how rainbows form, as if to a curious ten-year-old',
  'Write a Python script that renames photos by the date they were taken',
  'Help me plan a quiet weekend: one walk, one meal, one good book',
];

/** Shown in a conversation without messages. */
export function Welcome() {
  const demo = useStore((state) => state.settings?.using.source === 'demo');
  const fill = (draft: string) => {
    setState({ draft });
    document.getElementById('message')?.focus();
  };
  return (
    <div class="welcome">
      <div class="column">
        <h2>What’s on your mind?</h2>
        <p>Ask anything, think out loud, or begin with one of these.</p>
        <ul class="examples">
          {EXAMPLES.map((example) => (
            <li key={example}>
              <button type="button" onClick={() => fill(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
        {demo && (
          <p class="hint">
            The built-in demo answers. <SettingsLink>Add an API key</SettingsLink> to talk to a real model.
          </p>
        )}
      </div>
    </div>
  );
}
