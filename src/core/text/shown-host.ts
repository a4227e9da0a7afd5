/**
 * The host that a link really leads to, to be shown beside a label that looks like another address. It reads a label
 * as a person does: without what is invisible, with look-alike dots and slashes, and with what is encoded.
 *
 * A name with dots is an address where it ends like a domain (`domain-endings.ts`) or is an IP address, so
 * `os.path.join`, `next.config.js` and `package.json` are none. Some endings are a file's and a domain's: `.md`, `.py`,
 * `.rs`, `.sh`, `.zip`, `.mov`. A browser opens `bank.md` and `lib.rs` as sites, so these are addresses, and so is
 * each file so named. Not so behind a folder (`docs/bank.md`), and for the few names in `FILES`, in exactly their
 * spelling: nobody expects a site there. Showing the host beside an honest file's name costs a word; leaving it out
 * beside a site's name may cost an account.
 */
import { endsDomain } from './domain-endings.ts';
import { trimEndOf } from './trim-end.ts';
import { seenName } from './unseen.ts';

/** Characters of a label; a longer one may hold any address, since nobody reads it to its end. */
const LONGEST_LABEL = 5_000;

/** Dots, slashes and colons that look like ASCII's, beyond those that Unicode maps to them (NFKC; TR 39). */
const DOTS = /[。·•‧∙⋅・ꞏ᛫ᐧ⸱⸳܁܂٠۰۔ꓸ꘎\u{10a50}\u{1d16d}]/gu;
const SLASHES = /[⁄∕⧸╱〳⟋\u1735\u2041\u2cc6\\]/gu;
const COLONS = /[։׃∶ː꞉܃܄᛬᠃ꓽ˸ःઃ]/gu;
/** Spaces that are too narrow to see before a dot; a space between words is 1/4 em. */
const NARROW = /[\u2006\u2008-\u200a\u202f]/g;
const ENCODED = /%[\da-f]{2}/gi;

/** Characters of an address; any other separates two addresses. */
const TOKEN = /[\p{L}\p{N}\p{M}_.:/@?#&=+~-]+/gu;
const AUTHORITY = /^[a-z][a-z\d+.-]{0,20}:\/\/[^/?#]*/i;
const SCHEME = /^[a-z][a-z\d+-]{0,20}:\/*/i;
/** Characters that separate a host from the rest of the text. */
const SEGMENTS = /[/?#&=+~]/;
const HOST = /^[\p{L}\p{N}\p{M}_.-]+$/u;
const ENDS = /[-_]/;
/** IPv4 in decimal, octal or hexadecimal numbers (WHATWG URL, 3.5). */
const IPV4 = /^(?:0x[\da-f]{1,8}|\d{1,10})(?:\.(?:0x[\da-f]{1,8}|\d{1,10})){3}$/i;
const IPV6 = /^(?=.*\d)(?:[\da-f]{0,4}:){2,7}[\da-f.]{0,15}$/i;
/** With the number of a line: `main.rs:42`. Compared without `_`, which may have been a mark. */
const FILES =
  /^(?:(?:README|CHANGELOG|CONTRIBUTING|LICENSE|SECURITY|CODEOFCONDUCT|AGENTS|CLAUDE)\.md|(?:setup|manage|conftest|main|init)\.py|(?:main|mod)\.rs)(?::\d+)*\.?$/;
/** Behind a folder, `docs/bank.md`, these endings are a file's. */
const PATH_OF_FILE = /\.(?:cc|java|md|ml|mov|pl|pm|ps|py|rs|sh|so|zip)$/i;
/** Characters that a host can be shown with: no marks of Markdown. */
const UNSAFE = /[^a-z\d.:[\]-]/gi;
/** Signs in a bare address that let a reader take another host for its own. */
const DISGUISED =
  /[@%\\丿]|[^\0-\x7f\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Arab}\p{sc=Hebr}\p{sc=Deva}\p{sc=Thai}ー]/u;

/**
 * Undefined: the label is no address, or names the same host.
 * @param label as text, without marks
 */
export function hostBeside(label: string, url: string): string | undefined {
  let real: string | undefined;
  if (label.length > LONGEST_LABEL) return shownAs(hostOf(url));
  for (const host of hostsIn(label, isMail(url))) {
    real ??= hostOf(url);
    // A name in other letters may imitate another one, even where both are the same name.
    if (real.includes('xn--') || bare(host) !== bare(real)) return shownAs(real);
  }
  return undefined;
}

/** The same for a bare address, which may look like another one: `https://a.example@b.example`. */
export function hostBehind(url: string): string | undefined {
  const authority = AUTHORITY.exec(url)?.[0] ?? '';
  return DISGUISED.test(authority) ? hostBeside(authority, url) : undefined;
}

export function looksLikeAddress(label: string): boolean {
  return label.length > LONGEST_LABEL || hostsIn(label, false).next().done !== true;
}

/**
 * The hosts that a person would read in a text's addresses.
 * @param isMail the text before an `@` is a name
 */
function* hostsIn(label: string, isMail: boolean): Generator<string> {
  for (const [token] of asRead(label).matchAll(TOKEN)) yield* hostsInToken(token, isMail);
}

function* hostsInToken(token: string, isMail: boolean): Generator<string> {
  if (FILES.test(token.replaceAll('_', ''))) return;
  const scheme = SCHEME.exec(token)?.[0] ?? '';
  const isWeb = scheme.endsWith('//');
  const segments = (isWeb ? token.slice(scheme.length) : token.replace(/^\/+/, '')).split(SEGMENTS);
  for (const [index, segment] of segments.entries()) {
    if (index > 0 && PATH_OF_FILE.test(segment)) continue;
    const found = [...hostsInSegment(segment, isWeb && index === 0, isMail)];
    yield* found;
    // After a host there is a path.
    if (found.length > 0) return;
  }
}

/** @param isAuthority a scheme stands before it, so that any name is a host */
function* hostsInSegment(segment: string, isAuthority: boolean, isMail: boolean): Generator<string> {
  if (IPV6.test(segment) && URL.canParse(`http://[${segment}]/`)) return yield asciiOf(`[${segment}]`);
  // `https://bank.example@evil.example`: a person reads the part before the host as one.
  const names = segment.split('@');
  for (const name of isMail ? names.slice(-1) : names) {
    for (const [index, part] of name.split(':').entries()) {
      const host = trimEndOf(part, /[._-]/).replace(/^[._-]+/, '');
      if (isHost(host, isAuthority && index === 0)) yield asciiOf(host);
    }
  }
}

function isHost(text: string, isAuthority: boolean): boolean {
  if (!HOST.test(text)) return false;
  if (isAuthority || IPV4.test(text) || text.toLowerCase() === 'localhost') return true;
  const names = text.split('.');
  // `bank.com-login` begins like a domain.
  const last = names.at(-1) ?? '';
  const ending = last.slice(0, ENDS.exec(last)?.index);
  return names.length > 1 && !names.includes('') && (endsDomain(last) || endsDomain(ending));
}

/** The text as a person reads it, who sees neither encodings nor look-alikes. */
function asRead(label: string): string {
  return decoded(seenName(label.replace(NARROW, ''), Number.POSITIVE_INFINITY))
    .normalize('NFKC')
    .replace(DOTS, '.')
    .replace(SLASHES, '/')
    .replace(COLONS, ':');
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(ENCODED, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  }
}

const shownAs = (host: string) => host.replace(UNSAFE, (character) => `%${codeOf(character)}`);
const codeOf = (character: string) => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

const isMail = (url: string) => /^mailto:/i.test(url);

const bare = (host: string) => host.replace(/^www\./, '').replace(/\.$/, '');

function asciiOf(host: string): string {
  const address = `http://${host}/`;
  return URL.canParse(address) ? new URL(address).hostname : host.toLowerCase();
}

/** The host of an address; for mail, the domain. If the address cannot be parsed, the part where a host would be. */
function hostOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'mailto:') return asciiOf(parsed.pathname.split('@').at(-1) ?? '');
  if (parsed?.hostname) return parsed.hostname;
  const [rest = ''] = url
    .replace(SCHEME, '')
    .replace(/^[/\\]+/, '')
    .split(/[/?#\\]/, 1);
  return rest.split('@').at(-1) ?? '';
}
