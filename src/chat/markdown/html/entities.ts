/** HTML's character references: the names of HTML 4, and numbers (HTML: 13.5, named character references). */

/** Names of consecutive code points, beginning with this one. `-` stands for a code point without a name. */
const RANGES: [number, string][] = [
  [
    0xa0,
    'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml',
  ],
  [0x152, 'OElig oelig'],
  [0x160, 'Scaron scaron'],
  [
    0x391,
    'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega',
  ],
  [
    0x3b1,
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega',
  ],
  [0x2002, 'ensp emsp'],
  [0x200b, 'ZeroWidthSpace zwnj zwj lrm rlm'],
  [0x2013, 'ndash mdash'],
  [0x2018, 'lsquo rsquo sbquo - ldquo rdquo bdquo - dagger Dagger bull'],
  [0x2032, 'prime Prime'],
  [0x2039, 'lsaquo rsaquo'],
  [0x2190, 'larr uarr rarr darr harr'],
  [0x21d0, 'lArr uArr rArr dArr hArr'],
  [0x2227, 'and or cap cup int'],
  [0x2282, 'sub sup nsub - sube supe'],
  [0x2308, 'lceil rceil lfloor rfloor'],
];

const SINGLE: Record<string, number> = {
  quot: 0x22,
  num: 0x23,
  dollar: 0x24,
  percnt: 0x25,
  amp: 0x26,
  apos: 0x27,
  lpar: 0x28,
  rpar: 0x29,
  ast: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  period: 0x2e,
  sol: 0x2f,
  colon: 0x3a,
  semi: 0x3b,
  lt: 0x3c,
  equals: 0x3d,
  gt: 0x3e,
  quest: 0x3f,
  commat: 0x40,
  lbrack: 0x5b,
  lsqb: 0x5b,
  bsol: 0x5c,
  rbrack: 0x5d,
  rsqb: 0x5d,
  Hat: 0x5e,
  lowbar: 0x5f,
  grave: 0x60,
  lbrace: 0x7b,
  lcub: 0x7b,
  vert: 0x7c,
  verbar: 0x7c,
  rbrace: 0x7d,
  rcub: 0x7d,
  excl: 0x21,
  hyphen: 0x2010,
  hellip: 0x2026,
  permil: 0x2030,
  thinsp: 0x2009,
  oline: 0x203e,
  frasl: 0x2044,
  euro: 0x20ac,
  image: 0x2111,
  weierp: 0x2118,
  real: 0x211c,
  trade: 0x2122,
  alefsym: 0x2135,
  crarr: 0x21b5,
  forall: 0x2200,
  part: 0x2202,
  exist: 0x2203,
  empty: 0x2205,
  nabla: 0x2207,
  isin: 0x2208,
  notin: 0x2209,
  ni: 0x220b,
  prod: 0x220f,
  sum: 0x2211,
  minus: 0x2212,
  lowast: 0x2217,
  radic: 0x221a,
  prop: 0x221d,
  infin: 0x221e,
  ang: 0x2220,
  there4: 0x2234,
  sim: 0x223c,
  cong: 0x2245,
  asymp: 0x2248,
  ne: 0x2260,
  equiv: 0x2261,
  le: 0x2264,
  ge: 0x2265,
  oplus: 0x2295,
  otimes: 0x2297,
  perp: 0x22a5,
  sdot: 0x22c5,
  loz: 0x25ca,
  spades: 0x2660,
  clubs: 0x2663,
  hearts: 0x2665,
  diams: 0x2666,
  check: 0x2713,
  cross: 0x2717,
  circ: 0x2c6,
  tilde: 0x2dc,
  fnof: 0x192,
  Yuml: 0x178,
  thetasym: 0x3d1,
  upsih: 0x3d2,
  piv: 0x3d6,
  NewLine: 0x0a,
  Tab: 0x09,
};

const NAMED = new Map<string, string>([
  ...RANGES.flatMap(([first, names]) =>
    names.split(' ').map((name, index): [string, string] => [name, String.fromCodePoint(first + index)]),
  ),
  ...Object.entries(SINGLE).map(([name, code]): [string, string] => [name, String.fromCodePoint(code)]),
]);

/** The beginnings of all names, to recognise one that is still being written. */
const BEGINNINGS = new Set(
  [...NAMED.keys()].flatMap((name) => [...name].map((_, end) => name.slice(0, end + 1))),
);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,30}));/y;
const ENTITIES = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});/g;

/** The character reference at `at`, with its character; null where there is none. */
export function readEntity(text: string, at: number): { end: number; character: string } | null {
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  if (!match) return null;
  const [all, decimal, hex, name = ''] = match;
  const code = decimal === undefined ? hex && Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
  const character = typeof code === 'number' ? fromCode(code) : NAMED.get(name);
  return character === undefined ? null : { end: at + all.length, character };
}

/** An invalid code becomes U+FFFD (HTML). Control characters have no use in a message. */
function fromCode(code: number): string {
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (!isCharacter) return '\ufffd';
  const isControl = (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0);
  return isControl ? '' : String.fromCodePoint(code);
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITIES, (raw) => readEntity(raw, 0)?.character ?? raw);
}

/** Whether the rest of the text may be the beginning of a character reference. */
export function isHalfEntity(text: string, at: number): boolean {
  const begun = text.slice(at + 1, at + 34);
  if (begun === '' || /^#(?:\d{0,7}|[xX][\da-fA-F]{0,6})$/.test(begun)) return true;
  return BEGINNINGS.has(begun);
}
