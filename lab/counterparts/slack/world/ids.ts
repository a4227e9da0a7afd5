/** Ids and timestamps in Slack's shape. */
let counted = 0;
let lastMicros = 0;

/** @param prefix T workspace, U user, C D G channels, B bot, A app, F file, V view, Ev event */
export function newId(prefix: string): string {
  counted += 1;
  return `${prefix}0${(counted * 7919).toString(36).toUpperCase().padStart(9, '0')}`;
}

/** Skips ids, so that no new id equals an id of an earlier world. */
export function skipIds(): void {
  counted += 1_000_000;
}

/** A timestamp: seconds with six decimals, unique and rising. */
export function newTs(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
  return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
}
