import type { TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { ChevronIcon } from '../icons.tsx';
import { MenuButton } from '../menu-button.tsx';
import { useStore } from '../state/state.ts';
import { regenerate } from './branch-actions.ts';

/** A menu of the models that the operator offers, for another answer. */
export function OtherModel({ turn }: { turn: TurnView }) {
  const offered = useStore((state) => state.settings?.offered ?? null);
  if (!offered || offered.length < 2) return null;
  const items = offered.map((label) => ({ label, act: () => void regenerate(turn, label) }));
  return (
    <MenuButton name={onPage.branches.otherModel} menu={onPage.branches.models} items={items}>
      <ChevronIcon />
    </MenuButton>
  );
}
