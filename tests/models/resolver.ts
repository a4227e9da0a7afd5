/** Leads names to addresses of the test's choice, for everything in the process that looks one up. */
import dns, { type LookupAddress } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { onTestFinished, vi } from 'vitest';

type Callback = (error: Error | null, found: string | LookupAddress[], family?: number) => void;
type Lookup = (name: string, options: dns.LookupOptions, callback: Callback) => void;

/** Each look-up of a name takes its next list of addresses; the last one stays. Lasts until the test ends. */
export function resolveTo(names: Record<string, [string[], ...string[][]]>): { lookups: string[] } {
  const lookups: string[] = [];
  const real = dns.lookup as unknown as Lookup;
  const answer: Lookup = (name, options, callback) => {
    lookups.push(name);
    const lists = names[name];
    if (!lists) return real(name, options, callback);
    const list = (lists.length > 1 ? lists.shift() : lists[0]) ?? [];
    const found = list.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    process.nextTick(() => {
      if (options.all) callback(null, found);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
  const spy = vi.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
  return { lookups };
}
