import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SettingsView } from '../../../api.ts';
import { onPage } from '../../../sentences/en.ts';
import { clean } from '../../markdown/clean.ts';
import { isComposing } from '../keys.ts';
import { useModels } from './use-models.ts';

const words = onPage.choosing;

/** More options than this are not drawn; the person types on. */
const MOST_SHOWN = 60;

interface Option {
  /** Null: the model of the settings. */
  model: string | null;
  label: string;
}

interface ModelSearchProps {
  settings: SettingsView;
  /** The conversation's own model; undefined: it has none. */
  chosen: string | undefined;
  choose: (model: string | null) => void;
}

/**
 * Searches the models. Its keys are those of a combobox with a list
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
 */
export function ModelSearch({ settings, chosen, choose }: ModelSearchProps) {
  const { models, problem, loading } = useModels(settings);
  const [typed, setTyped] = useState('');
  const options = optionsFor(typed, models, settings);
  // Enter changes nothing until a person has typed or moved.
  const [moved, setAt] = useState<number | null>(null);
  const at = moved ?? Math.max(0, placeOf(chosen, options));
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => input.current?.focus(), []);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const keyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const target = targetOf(event.key, at, options.length - 1);
    const option = options[at];
    if (target !== undefined) setAt(target);
    else if (event.key === 'Enter') option && choose(option.model);
    else return;
    event.preventDefault();
  };
  return (
    <div class="model-search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={words.search}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={options[at] ? `${id}-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder={words.search}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      <div role="listbox" class="model-options" id={`${id}-list`} aria-label={words.models} ref={list}>
        {options.map(({ model, label }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the keys
          <div
            key={model ?? ''}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            class="model-option"
            data-at={index === at}
            aria-selected={(chosen ?? null) === model}
            onClick={() => choose(model)}
          >
            {label}
          </div>
        ))}
      </div>
      <p class="hint" role="status">
        {problem ?? (loading ? onPage.conversation.LOADING : saidOf(typed, models))}
      </p>
    </div>
  );
}

const placeOf = (chosen: string | undefined, options: Option[]) =>
  options.findIndex(({ model }) => model === (chosen ?? null));

/** The option to which a key leads; undefined for any other key. */
function targetOf(key: string, at: number, last: number): number | undefined {
  const targets: Record<string, number> = {
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    PageDown: Math.min(last, at + 10),
    PageUp: Math.max(0, at - 10),
  };
  return targets[key];
}

function saidOf(typed: string, models: string[]): string {
  const count = matching(typed, models).length;
  if (count > MOST_SHOWN) return words.more(count - MOST_SHOWN);
  return typed.trim() === '' ? '' : words.found(count);
}

/** All words that were typed are in the name. */
function matching(typed: string, models: string[]): string[] {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => parts.every((part) => model.toLowerCase().includes(part)));
}

function optionsFor(typed: string, models: string[], { offered, model, using }: SettingsView): Option[] {
  const found = matching(typed, models).slice(0, MOST_SHOWN);
  const options: Option[] = found.map((one) => ({ model: one, label: one }));
  const name = clean(typed).trim();
  if (name === '') return [{ model: null, label: words.usual(model ?? using.model) }, ...options];
  // Where no operator pays, any name may be one that the provider does not list.
  if (offered === null && !models.includes(name)) options.push({ model: name, label: words.use(name) });
  return options;
}
