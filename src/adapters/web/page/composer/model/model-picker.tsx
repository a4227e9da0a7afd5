import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { SettingsView } from '../../../api.ts';
import { onPage } from '../../../sentences/en.ts';
import { ChevronIcon } from '../../icons.tsx';
import { useCommand } from '../../palette/commands.ts';
import { announce, useStore } from '../../state/state.ts';
import { choose } from './chosen.ts';
import { ModelSearch } from './model-search.tsx';
import { Tuning } from './tuning.tsx';

const words = onPage.choosing;

/** Shows the model that answers next in this conversation. A press opens the choice of another. */
export function ModelPicker() {
  const settings = useStore((state) => state.settings);
  const chosen = useStore((state) => state.open.chosen);
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useCloseOutside(open, place, () => setOpen(false));
  const canChoose = settings !== null && settings.using.source !== 'demo';
  useCommand('model', canChoose ? () => setOpen(true) : undefined);
  if (!settings) return <span class="who" />;
  if (settings.using.source === 'demo') return <span class="who one-line">{words.demo}</span>;
  const model = chosen.model ?? settings.using.model;
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const pick = (wanted: string | null) => {
    choose({ model: wanted });
    announce(words.chosen(wanted ?? settings.using.model));
    close();
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <div class="who model-picker" ref={place}>
      <button
        type="button"
        class="quiet model-button"
        ref={button}
        aria-label={words.button(model)}
        title={words.title}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={onEscape}
      >
        <span class="one-line">{shownAs(model, settings.using)}</span> <ChevronIcon />
      </button>
      {open && (
        <div role="dialog" id={id} aria-label={words.title} class="model-choice" onKeyDown={onEscape}>
          <ModelSearch settings={settings} chosen={chosen.model} choose={pick} />
          <Tuning settings={settings} chosen={chosen} />
        </div>
      )}
    </div>
  );
}

function shownAs(model: string, { source, hasKey }: SettingsView['using']): string {
  return source === 'own' && hasKey ? words.withYourKey(model) : model;
}

/** Closes on a press or a focus elsewhere. */
function useCloseOutside(open: boolean, place: { current: HTMLElement | null }, close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return;
    const onElsewhere = ({ target }: Event) => {
      if (target instanceof Node && !place.current?.contains(target)) latest.current();
    };
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('focusin', onElsewhere);
    return () => {
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('focusin', onElsewhere);
    };
  }, [open, place]);
}
