import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  label: string;
  act: () => void;
}

interface MenuButtonProps {
  /** The button's name. */
  name: string;
  /** The name of the menu. */
  menu: string;
  items: MenuItem[];
  /** The button shows its picture alone. */
  isBare?: boolean;
  children: ComponentChildren;
}

/**
 * A button with a menu below it. Its keys are those of the menu button pattern
 * (https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/).
 */
export function MenuButton({ name, menu, items, isBare = false, children }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useCloseOutside(open, list, button, () => setOpen(false));
  useEffect(() => {
    if (open) list.current?.querySelector('button')?.focus();
  }, [open]);
  return (
    <div class="menu-button">
      <button
        type="button"
        class="quiet"
        aria-label={name}
        title={name}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        ref={button}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children} {!isBare && <span class="menu-button-name">{name}</span>}
      </button>
      {open && (
        <div
          role="menu"
          id={id}
          aria-label={menu}
          class="menu-list"
          ref={list}
          onKeyDown={(event) => moveFocus(event, close)}
        >
          {items.map(({ label, act }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                act();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }, close: () => void): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const targets: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at + items.length - 1) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[event.key];
  if (target !== undefined) items[target]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Closes the menu on a press elsewhere. */
function useCloseOutside(
  open: boolean,
  list: { current: HTMLElement | null },
  button: { current: HTMLElement | null },
  close: () => void,
): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return;
    const onPress = ({ target }: Event) => {
      const isInside = [list, button].some(
        ({ current }) => target instanceof Node && current?.contains(target),
      );
      if (!isInside) latest.current();
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [open, list, button]);
}
