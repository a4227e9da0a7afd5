import { onPage } from '../../sentences/en.ts';

/** Marks a conversation whose answer came while nobody looked. */
export function UnreadMark() {
  return (
    <span class="unread-mark" title={onPage.unread.MARK}>
      <span class="visually-hidden">{onPage.unread.MARK}</span>
    </span>
  );
}
