/** The endings of domains, which tell `bank.com` from `os.path.join`. */
import domains from 'tlds' with { type: 'json' };

/** Names that no registry gives out, but that lead somewhere: RFC 2606, 6761, 6762, 7686, 8375, 9476; ICANN 2024. */
const RESERVED =
  'alt arpa corp eth example home internal intranet invalid lan local localdomain localhost onion private test';

const ENDINGS = new Set([...domains.map((ending) => ending.normalize('NFKC')), ...RESERVED.split(' ')]);

/** Letters that look like Latin ones. Every ending made of them counts as a domain's: `.ѕо` may be read as `.so`. */
const LOOK_ALIKES =
  /^(?=.*[^\0-\x7f])[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Coptic}\p{sc=Georgian}\p{sc=Lisu}\p{sc=Deseret}\p{M}]{2,}$/u;

/** Whether a domain may end with this name, encoded or in its own letters. */
export function endsDomain(name: string): boolean {
  const lower = name.toLowerCase();
  return ENDINGS.has(lower) || lower.startsWith('xn--') || LOOK_ALIKES.test(lower);
}
