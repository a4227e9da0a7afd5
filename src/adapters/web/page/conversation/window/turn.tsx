import { useMemo } from 'preact/hooks';
import type { TurnView } from '../../../api.ts';
import { OwnMessage } from '../../branches/own-message.tsx';
import { Answer } from '../answer.tsx';

interface TurnProps {
  turn: TurnView;
  conversation: string;
  /** As those of `Answer`. */
  first: boolean;
  last: boolean;
}

/** A message and its answer. They are drawn again only when they change. */
export function Turn({ turn, conversation, first, last }: TurnProps) {
  return useMemo(
    () => (
      <div class="turn" data-row={turn.id}>
        <OwnMessage turn={turn} conversation={conversation} />
        <Answer turn={turn} conversation={conversation} first={first} last={last} />
      </div>
    ),
    [turn, conversation, first, last],
  );
}
