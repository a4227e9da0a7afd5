/** The text of a PowerPoint presentation (pptx), slide by slide, with notes (ECMA-376, PresentationML). */
import { type DocumentText, Unread } from '../document-text.ts';
import { heading, table } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';
import { figuresOf } from './drawing.ts';
import { type Relation, relationsOf } from './relations.ts';

const MAIN = 'ppt/presentation.xml';

/** @throws Unread */
export function readSlides(files: PackageFiles, text: DocumentText): void {
  const main = files.read(MAIN);
  if (!main) throw new Unread('broken');
  const relations = relationsOf(files, MAIN);
  const slides: string[] = [];
  readXml(main, {
    open({ name, prefixed }) {
      const target = name === 'sldId' ? relations.get(prefixed('r:id'))?.target : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  let hasText = false;
  for (const [index, slide] of slides.entries()) {
    const said = shapesIn(files.read(slide));
    const shown = relationsOf(files, slide);
    const notes = notesOf(files, shown);
    const figures = figuresOf(files, shown);
    hasText ||= said.length + notes.length + figures.length > 0;
    text.block(heading(2, `Slide ${index + 1}`));
    for (const shape of [...said, ...figures]) text.block(shape);
    if (notes.length > 0) text.block(`Notes: ${notes.join('\n')}`);
  }
  if (!hasText) throw new Unread('empty');
}

function notesOf(files: PackageFiles, relations: Map<string, Relation>): string[] {
  for (const { kind, target } of relations.values())
    if (kind === 'notesSlide') return shapesIn(files.read(target));
  return [];
}

/** Placeholders that repeat on each slide, and the picture of the slide on its notes. */
const REPEATED = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg']);

/** The texts of a slide's shapes and tables. */
function shapesIn(bytes: Uint8Array | undefined): string[] {
  const shapes: string[] = [];
  if (!bytes) return shapes;
  let lines: string[] = [];
  let line = '';
  let level = 0;
  let isTitle = false;
  let isRepeated = false;
  let isText = false;
  let rows: string[][] | undefined;
  readXml(bytes, {
    open({ name, attribute }) {
      if (name === 'sp') {
        lines = [];
        isTitle = false;
        isRepeated = false;
      } else if (name === 'ph') {
        isTitle = /^(?:title|ctrTitle)$/.test(attribute('type'));
        isRepeated = REPEATED.has(attribute('type'));
      } else if (name === 'tbl') rows = [];
      else if (name === 'tr') rows?.push([]);
      else if (name === 'tc') lines = [];
      else if (name === 'p') {
        line = '';
        level = 0;
      } else if (name === 'pPr') level = Number(attribute('lvl')) || 0;
      else if (name === 'br') line += '\n';
      else if (name === 't') isText = true;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'p') {
        if (line.trim() !== '') lines.push(`${'  '.repeat(Math.min(level, 8))}${line.trim()}`);
      } else if (name === 'tc') rows?.at(-1)?.push(lines.join('\n'));
      else if (name === 'tbl') {
        shapes.push(table(rows ?? []));
        rows = undefined;
      } else if (name === 'sp' && lines.length > 0 && !isRepeated)
        shapes.push(isTitle ? heading(3, lines.join(' ')) : lines.join('\n'));
    },
    text(said) {
      if (isText) line += said;
    },
  });
  return shapes.filter((shape) => shape !== '');
}
