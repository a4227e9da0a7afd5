import { onPage } from '../../sentences/en.ts';
import { SettingsLink } from '../sidebar/settings-link.tsx';
import { setState, useStore } from '../state/state.ts';

const { title, invitation, examples, demo } = onPage.conversation.welcome;

/** Shown in a conversation without messages. */
export function Welcome() {
  const isDemo = useStore((state) => state.settings?.using.source === 'demo');
  const fill = (draft: string) => {
    setState({ draft });
    document.getElementById('message')?.focus();
  };
  return (
    <div class="welcome">
      <div class="column">
        <h2>{title}</h2>
        <p>{invitation}</p>
        <ul class="examples">
          {examples.map((example) => (
            <li key={example}>
              <button type="button" onClick={() => fill(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
        {isDemo && (
          <p class="hint">
            {demo((words) => (
              <SettingsLink>{words}</SettingsLink>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}
