import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { PersonaName } from '../../api/personas.ts';
import { onPage } from '../../sentences/en.ts';
import { isComposing } from '../composer/keys.ts';
import { usePlatform } from '../dms/platform.ts';
import { announce, setState, useStore } from '../state/state.ts';
import { takePersona } from './choose-persona.ts';
import { matching, slashQuery } from './slash.ts';

const words = onPage.personas;
const NONE: PersonaName[] = [];
/** The caret of a box without the focus. */
const NO_CARET = -1;
/** No option: Enter sends the message. */
const NO_OPTION = -1;

/** Null: the settings, where personas are edited. */
type Option = PersonaName | null;

/**
 * The menu of personas over the message box, while a name is typed after `/`. The box stays a text box that controls a
 * list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
 */
export function usePersonaMenu(draft: string) {
  const personas = useStore((state) => state.settings?.personas ?? NONE);
  const [caret, setCaret] = useState(NO_CARET);
  const [closed, setClosed] = useState(false);
  const id = useId();
  const isHere = usePlatform() === undefined;
  const query = closed || !isHere ? null : slashQuery(draft, caret);
  const found = query === null ? NONE : matching(query, personas);
  const options: Option[] = query === '' ? [...found, null] : found;
  const [at, setAt] = useActive(query, found.length);
  const isOpen = options.length > 0;
  useEffect(() => {
    if (!draft.startsWith('/')) setClosed(false);
  }, [draft]);
  useEffect(() => {
    if (found.length > 0) announce(words.found(found.length));
  }, [found.length]);

  /** Returns whether the key was for the menu. */
  const takeKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || isComposing(event) || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    const option = options[at];
    if (event.key === 'Escape') setClosed(true);
    else if (event.key === 'ArrowDown') setAt((at + 1) % options.length);
    else if (event.key === 'ArrowUp') setAt(at <= 0 ? options.length - 1 : at - 1);
    else if (event.key === 'Enter' && option !== undefined) take(option);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const seeCaret = ({ currentTarget: box }: { currentTarget: HTMLTextAreaElement }) =>
    setCaret(box.selectionStart === box.selectionEnd ? box.selectionStart : NO_CARET);
  return {
    takeKey,
    seeCaret,
    /** For the message box. */
    attributes: {
      ...(isOpen && {
        'aria-autocomplete': 'list' as const,
        'aria-haspopup': 'listbox' as const,
        'aria-controls': `${id}-list`,
        'aria-activedescendant': at < 0 ? undefined : `${id}-${at}`,
      }),
      onSelect: seeCaret,
      onKeyUp: seeCaret,
      onBlur: () => setCaret(NO_CARET),
    },
    menu: isOpen && <PersonaMenu id={id} options={options} at={at} />,
  };
}

/** The index of the active option: at first that of the first persona, if there is one. */
function useActive(query: string | null, personas: number) {
  const first = personas > 0 ? 0 : NO_OPTION;
  const [moved, setMoved] = useState({ query, at: first });
  const at = moved.query === query ? moved.at : first;
  return [at, (next: number) => setMoved({ query, at: next })] as const;
}

interface PersonaMenuProps {
  id: string;
  options: Option[];
  /** The index of the active one. */
  at: number;
}

function PersonaMenu({ id, options, at }: PersonaMenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div
      role="listbox"
      id={`${id}-list`}
      aria-label={words.MENU}
      class="persona-menu"
      ref={list}
      // A press leaves the focus in the message box.
      onMouseDown={(event) => event.preventDefault()}
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the message box has the keys
        <div
          key={option?.id ?? ''}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          class="model-option"
          data-at={index === at}
          aria-selected={index === at}
          onClick={() => take(option)}
        >
          {option ? <bdi>/{option.name}</bdi> : words.EDIT_ALL}
        </div>
      ))}
    </div>
  );
}

function take(option: Option): void {
  if (option) {
    takePersona(option);
    return;
  }
  setState({ draft: '', settingsOpen: true });
  // The settings are drawn by then.
  requestAnimationFrame(() => document.getElementById('settings-personas')?.scrollIntoView());
}
