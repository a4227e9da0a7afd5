/** Discord's ids: milliseconds since 2015 and a counter. They rise, even within a millisecond. */
const EPOCH = 1_420_070_400_000n;
let last = 0n;

export function snowflake(): string {
  const now = (BigInt(Date.now()) - EPOCH) << 22n;
  last = now > last ? now : last + 1n;
  return String(last);
}
