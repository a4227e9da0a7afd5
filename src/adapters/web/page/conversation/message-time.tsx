/** Made once, since each takes long to make. The language and the hours are the browser's. */
const SAME_DAY = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const OTHER_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** When a message came: the time for one of today, else the date too. @param at ms since 1970 */
export function MessageTime({ at }: { at: number }) {
  const date = new Date(at);
  // Imported files may tell of any number.
  if (Number.isNaN(date.getTime()) || at <= 0) return null;
  const isToday = date.toDateString() === new Date().toDateString();
  return (
    <time class="message-time" dateTime={date.toISOString()} title={WHOLE.format(date)} dir="auto">
      {(isToday ? SAME_DAY : OTHER_DAY).format(date)}
    </time>
  );
}
