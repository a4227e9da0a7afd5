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

/** The name of the model that wrote an answer, where people have a choice of models. */
export function AnsweredBy({ model }: { model: TurnView['model'] | undefined }) {
  const hasChoice = useStore((state) => (state.settings?.offered?.length ?? 0) > 1);
  if (model === undefined || !hasChoice) return null;
  return (
    <span class="answered-by one-line">
      <span class="visually-hidden">{onPage.branches.answeredBy} </span>
      {model}
    </span>
  );
}
