import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { isComposing } from '../composer/keys.ts';
import { Dialog } from '../dialog.tsx';
import { MOST_CHARACTERS, useOutcome } from '../search/use-outcome.ts';
import { useStore } from '../state/state.ts';
import { groupsFor, type Option, type OptionGroup } from './options.tsx';

const words = onPage.palette;

interface PaletteProps {
  /** @param then what the chosen option does */
  closed: (then?: () => void) => void;
}

/**
 * Finds conversations and actions. Its keys are those of a combobox with a list
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
 */
export function Palette({ closed }: PaletteProps) {
  const conversations = useStore((state) => state.conversations);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const outcome = useOutcome(typed.trim(), () => {});
  const groups = groupsFor(typed, conversations, outcome);
  const options = groups.flatMap((group) => group.options);
  const current = Math.min(at, options.length - 1);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const idOf = (option: Option) => `${id}-${options.indexOf(option)}`;
  // The dialogue has put the focus on its first button before.
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current, id]);
  const keyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const target = moved(current, options.length - 1, event.key);
    if (target !== undefined) setAt(target);
    else if (event.key !== 'Enter') return;
    else if (options[current]) closed(options[current].act);
    event.preventDefault();
  };
  const chosen = options[current];
  return (
    <Dialog name={words.TITLE} closeName={words.CLOSE} closed={() => closed()}>
      <div class="palette">
        <input
          ref={input}
          type="text"
          role="combobox"
          dir="auto"
          aria-label={words.FIELD}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen && idOf(chosen)}
          autocomplete="off"
          spellcheck={false}
          placeholder={words.FIELD}
          maxLength={MOST_CHARACTERS}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={keyDown}
        />
        <OptionList listId={`${id}-list`} {...{ groups, chosen, idOf, closed }} />
        <Status typed={typed} count={options.length} outcome={outcome} />
      </div>
    </Dialog>
  );
}

interface OptionListProps extends PaletteProps {
  listId: string;
  groups: OptionGroup[];
  chosen: Option | undefined;
  idOf: (option: Option) => string;
}

function OptionList({ listId, groups, chosen, idOf, closed }: OptionListProps) {
  return (
    <div role="listbox" class="palette-list" id={listId} aria-label={words.TITLE}>
      {groups.map(({ name, options: some }) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of a listbox is no fieldset
        <div key={name} role="group" aria-label={name}>
          <div class="palette-group" aria-hidden="true">
            {name}
          </div>
          {some.map((option) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={option.key}
              id={idOf(option)}
              role="option"
              tabIndex={-1}
              class="palette-option"
              aria-selected={option === chosen}
              onClick={() => closed(option.act)}
            >
              {option.shown}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

interface StatusProps {
  typed: string;
  count: number;
  outcome: ReturnType<typeof useOutcome>;
}

function Status({ typed, count, outcome }: StatusProps) {
  const isSearching = typed.trim() !== '' && outcome === undefined;
  const problem = outcome && 'problem' in outcome ? outcome.problem : null;
  const found = count === 0 ? onPage.searching.NONE : onPage.searching.found(count);
  return (
    <p class="hint" role="status">
      {problem ?? (isSearching ? onPage.searching.SEARCHING : typed.trim() === '' ? '' : found)}
    </p>
  );
}

/** The option to which a key leads; undefined for any other key. */
function moved(at: number, last: number, key: string): number | undefined {
  const targets: Record<string, number> = {
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    PageDown: Math.min(last, at + 10),
    PageUp: Math.max(0, at - 10),
  };
  return targets[key];
}
