/**
 * The form of a drawing that the page shows and saves. The frame is not trusted: a drawing that could run, load or lead
 * anywhere, also as a file that is opened later, is dropped.
 */

/** Most UTF-16 units of a drawing. */
export const MOST_SVG = 1_500_000;
/** Longest side of a drawing, px. */
const LONGEST_SIDE = 20_000;

const ELEMENTS = new Set(
  [
    'svg g defs style title desc symbol use switch marker clipPath mask pattern',
    'path rect circle ellipse line polyline polygon text tspan textPath',
    'linearGradient radialGradient stop filter feDropShadow feGaussianBlur feOffset feMerge feMergeNode feFlood',
    'feComposite feBlend feColorMatrix',
  ].flatMap((names) => names.split(' ')),
);
const NAME = /^\/?([a-z]{1,20})(?=\s|\/?$)/i;
/** An attribute as a serializer writes it: values hold no `<`, no `>` and no `"`. */
const ATTRIBUTE = / ([\w:.-]{1,60})="([^"]*)"/y;
/** A style that loads. Backslashes and character references may hide one. */
const LOADS = /[\\@]|&#|expression|image-set|src\(|url\((?!#|['"]#|&quot;#)/i;
/** Attributes that no browser reads as a style. */
const NO_STYLE = /^(?:data-|aria-|(?:id|class|name|d)$)/;
/** `@keyframes` of the library's own animations. */
const KEYFRAMES = /@(?:-webkit-)?keyframes\b/g;

const SIDES = [/\swidth="(\d{1,5})"/, /\sheight="(\d{1,5})"/];

/** The size of a harmless drawing, px. Null: it may not be shown. */
export function sizeOfHarmless(svg: unknown): { width: number; height: number } | null {
  if (typeof svg !== 'string' || svg.length > MOST_SVG || !svg.startsWith('<svg ')) return null;
  // A serializer escapes these signs everywhere else. Comments, CDATA, doctypes and instructions have no element's name.
  for (const part of svg.slice(1).split('<')) {
    const [tag = '', text, ...more] = part.split('>');
    if (text === undefined || more.length > 0 || !isHarmless(tag)) return null;
    if (tag.startsWith('style') && LOADS.test(text.replace(KEYFRAMES, ''))) return null;
  }
  return sizeOf(svg.slice(0, svg.indexOf('>')));
}

function isHarmless(tag: string): boolean {
  const [start = '', name = ''] = NAME.exec(tag) ?? [];
  if (!ELEMENTS.has(name)) return false;
  ATTRIBUTE.lastIndex = start.length;
  let end = start.length;
  for (let found = ATTRIBUTE.exec(tag); found; found = ATTRIBUTE.exec(tag)) {
    const [, attribute = '', value = ''] = found;
    if (/^on|^(?:src|base|action)$|:base$/i.test(attribute)) return false;
    if (!NO_STYLE.test(attribute) && LOADS.test(value)) return false;
    if (/(?:^|:)href$/i.test(attribute) && !value.startsWith('#')) return false;
    end = ATTRIBUTE.lastIndex;
  }
  return /^\s*\/?$/.test(tag.slice(end));
}

function sizeOf(root: string): { width: number; height: number } | null {
  const [width, height] = SIDES.map((side) => Number(side.exec(root)?.[1] ?? 0));
  if (!width || !height || Math.max(width, height) > LONGEST_SIDE) return null;
  return { width, height };
}
