/** Ids and timestamps in Slack's shape. */
let counted = 0;
let lastMicros = 0;

/** @param prefix what it is of: T workspace, U user, C D G channels, B bot, A app, F file, V view, Ev event */
export function newId(prefix: string): string {
  counted += 1;
  return `${prefix}0${(counted * 7919).toString(36).toUpperCase().padStart(9, '0')}`;
}

/** No id that is made from now on is one of a world of before. */
export function skipIds(): void {
  counted += 1_000_000;
}

/** Seconds with six digits after the point, never the same twice, always rising. */
export function newTs(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
  return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
}
