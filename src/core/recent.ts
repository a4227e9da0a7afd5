/** A cache of the entries used last. It takes memory only for the entries that it holds. */
import { LRUCache } from 'lru-cache';

/**
 * With `max`, lru-cache allocates every place at once: tens of milliseconds for 50,000, for each cache of a start. With
 * sizes, its lists grow with its entries.
 * @param most entries; the one that was not used for longest goes first
 */
export function createRecent<K extends {}, V extends {}>(
  most: number,
  options?: Pick<LRUCache.OptionsBase<K, V, unknown>, 'ttl' | 'allowStale' | 'noDeleteOnStaleGet'>,
): LRUCache<K, V> {
  return new LRUCache<K, V>({ ...options, maxSize: most, sizeCalculation: () => 1 });
}
