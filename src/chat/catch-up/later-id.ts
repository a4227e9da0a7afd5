/** The order of a platform's messages, by their ids: decimal numbers without leading zeros that rise with time. */

/** Whether the message of `id` came later. Of two numbers, the longer one is the greater one. */
export function isLater(id: string, than: string): boolean {
  return id.length === than.length ? id > than : id.length > than.length;
}

export const laterOf = (a: string, b: string) => (isLater(a, b) ? a : b);
