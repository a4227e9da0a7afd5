import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

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
 * A button with a menu below it, or above it where there is no room. Its keys are those of the menu button pattern
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
  const isAbove = useNoRoomBelow(open, list);
  // Not an effect after painting: the next key may come before that.
  useLayoutEffect(() => {
    if (open) list.current?.querySelector('button')?.focus({ preventScroll: true });
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
          data-above={isAbove}
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

/** Whether the open menu would reach out of the box that scrolls it, which also has more room above the button. */
function useNoRoomBelow(open: boolean, list: { current: HTMLElement | null }): boolean {
  const [isAbove, setAbove] = useState(false);
  useLayoutEffect(() => {
    const menu = list.current;
    if (!open || !menu) return setAbove(false);
    const { top, bottom, height } = menu.getBoundingClientRect();
    const frame = scrollerOf(menu).getBoundingClientRect();
    setAbove(bottom > Math.min(frame.bottom, innerHeight) && top - height > frame.top + height);
  }, [open, list]);
  return isAbove;
}

function scrollerOf(element: HTMLElement): Element {
  const parent = element.parentElement;
  if (parent === null) return document.documentElement;
  return /auto|scroll/.test(getComputedStyle(parent).overflowY) ? parent : scrollerOf(parent);
}
