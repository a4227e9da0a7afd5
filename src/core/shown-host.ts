/**
 * The host that a link really leads to, to be shown beside a label that looks like another address. It reads a label
 * as a person does: without what is invisible, with look-alike dots and slashes, and with what is encoded.
 */
import { trimEndOf } from './trim-end.ts';
import { seenName } from './unseen.ts';

/** Longer labels are read this far, in characters. */
const LABEL_CHARACTERS = 1_000;
/** Most tokens of a label that are compared with the host. */
const MOST_TOKENS = 100;

/** Dots, slashes and colons that look like ASCII's, beyond those that Unicode maps to them (NFKC). */
const DOTS = /[。·•‧∙⋅・ꞏ᛫]/gu;
const SLASHES = /[⁄∕⧸╱〳\\]/gu;
const COLONS = /[։׃∶ː꞉]/gu;
const ENCODED = /%[\da-f]{2}/gi;

/** What may stand between two addresses. */
const BETWEEN = /[\s()[\]{}<>"'“”‘’«»„,;!?…、，；！？|`*%]+/u;
const AUTHORITY = /^[a-z][a-z\d+.-]{0,20}:\/\/[^/?#]*/i;
const SCHEME = /^[a-z][a-z\d+-]{0,20}:\/*/i;
const HOST = /^[\p{L}\p{N}\p{M}_.-]+$/u;
/** Top-level domains have letters only, or are encoded (RFC 3696, 2). */
const TOP = /^(?:[\p{L}\p{M}]{2,}|xn--[a-z\d-]+)$/iu;
const NUMBERS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Endings of files, and of names such as Node.js, that are no top-level domain (data.iana.org/TLD). */
const NO_TOP = new Set(
  'bat bmp bz2 cfg cjs class cmd conf cpp css csv cts dll doc docx env exe gif go gz hpp htm html ini ipynb java jpeg jpg js json jsonc jsonl jsx kt lock log lua mjs mp3 mp4 mts odt pdf php png ppt pptx rar rb scss sql svelte svg swift tar tmp toml ts tsv tsx txt vue wav webp xls xlsx xml xz yaml yml'.split(
    ' ',
  ),
);
/** Characters that a host can be shown with: no marks of Markdown. */
const UNSAFE = /[^a-z\d.:[\]-]/gi;

/**
 * Undefined where the label is no address, or the same one.
 * @param label as text, without marks
 */
export function hostBeside(label: string, url: string): string | undefined {
  const hosts = hostsIn(label);
  if (hosts.length === 0) return undefined;
  const real = hostOf(url);
  // A name of other letters may be its own look-alike.
  const isHonest = !real.includes('xn--') && hosts.every((host) => bare(host) === bare(real));
  return isHonest ? undefined : real.replace(UNSAFE, (character) => `%${codeOf(character)}`);
}

/** The same for an address that is its own label: it may begin like another one, `https://a.example@b.example`. */
export function hostBehind(url: string): string | undefined {
  return url.includes('@') ? hostBeside(AUTHORITY.exec(url)?.[0] ?? '', url) : undefined;
}

export function looksLikeAddress(label: string): boolean {
  return hostsIn(label).length > 0;
}

/** The hosts in the addresses that somebody would read in a text. */
function hostsIn(label: string): string[] {
  const tokens = asRead(label).split(BETWEEN, MOST_TOKENS);
  return tokens.flatMap(hostsInToken);
}

function hostsInToken(token: string): string[] {
  const scheme = SCHEME.exec(token)?.[0] ?? '';
  const [authority = ''] = token.slice(scheme.length).replace(/^\/+/, '').split(/[/?#]/, 1);
  const at = authority.lastIndexOf('@');
  const [before, after] = [authority.slice(0, Math.max(0, at)), authority.slice(at + 1)];
  const isWeb = scheme.endsWith('//');
  // `https://bank.example@evil.example`: what stands before the host is read as one.
  const disguise = isWeb ? [before.split(':', 1)[0] ?? ''] : [];
  return [after, ...disguise].flatMap((one) => {
    const host = trimEndOf(one.replace(/:\d*$/, ''), /\./).replace(/^\.+/, '');
    return isHost(host, isWeb) ? [asciiOf(host)] : [];
  });
}

/** @param isAddress a scheme stands before it, so that any name is a host */
function isHost(text: string, isAddress: boolean): boolean {
  if (!HOST.test(text)) return false;
  if (isAddress || NUMBERS.test(text)) return true;
  const names = text.split('.');
  const top = names.at(-1) ?? '';
  return names.length > 1 && !names.includes('') && TOP.test(top) && !NO_TOP.has(top.toLowerCase());
}

/** As a person reads it, who sees neither encodings nor look-alikes. */
function asRead(label: string): string {
  return decoded(seenName(label, LABEL_CHARACTERS))
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

const codeOf = (character: string) => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

const bare = (host: string) => host.replace(/^www\./, '').replace(/\.$/, '');

function asciiOf(host: string): string {
  const address = `http://${host}/`;
  return URL.canParse(address) ? new URL(address).hostname : host.toLowerCase();
}

/** The host of an address; of mail, the domain; of what cannot be parsed, what stands where a host would. */
function hostOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'mailto:') return asciiOf(parsed.pathname.split('@').at(-1) ?? '');
  if (parsed?.hostname) return parsed.hostname;
  const [rest = ''] = url.replace(SCHEME, '').split(/[/?#\\]/, 1);
  return rest.split('@').at(-1) ?? '';
}
