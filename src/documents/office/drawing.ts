/** Texts of drawings, diagrams and charts in Office documents (ECMA-376, DrawingML). */
import { oneLine, shownNumber, table } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';
import type { Relation } from './relations.ts';

/** Most points of a chart's series. */
const MOST_POINTS = 5_000;
/** Most series of a chart. */
const MOST_SERIES = 100;

/** The paragraphs of text boxes, or of a diagram. */
export function drawnLines(bytes: Uint8Array | undefined): string[] {
  const lines: string[] = [];
  if (!bytes) return lines;
  let line = '';
  let isText = false;
  readXml(bytes, {
    open({ name }) {
      if (name === 'p') line = '';
      else if (name === 'br') line += ' ';
      isText = name === 't';
    },
    close(name) {
      isText = false;
      if (name === 'p' && line.trim() !== '') lines.push(line.trim());
      if (name === 'p') line = '';
    },
    text(said) {
      if (isText) line += said;
    },
  });
  return lines;
}

/** The diagrams and charts that a part shows, as blocks. */
export function figuresOf(files: PackageFiles, relations: Map<string, Relation>): string[] {
  return [...relations.values()].flatMap(({ kind, target }) => {
    if (kind === 'diagramData') {
      const lines = drawnLines(files.read(target));
      return lines.length > 0 ? [`Diagram:\n\n${lines.map((line) => `- ${line}`).join('\n')}`] : [];
    }
    return kind === 'chart' ? chartIn(files.read(target)) : [];
  });
}

interface Series {
  name: string;
  /** By their place in the series. */
  categories: string[];
  values: string[];
}

/** A chart's title, and its numbers as a table. */
function chartIn(bytes: Uint8Array | undefined): string[] {
  if (!bytes) return [];
  const all = seriesIn(bytes);
  const titles = drawnLines(bytes).map(oneLine);
  const categories = all.find((one) => one.categories.length > 0)?.categories ?? [];
  const length = Math.max(categories.length, ...all.map(({ values }) => values.length), 0);
  const rows = Array.from({ length }, (_, index) => [
    categories[index] ?? '',
    ...all.map(({ values }) => values[index] ?? ''),
  ]);
  const head = ['', ...all.map(({ name }) => name)];
  const parts = [['Chart', ...titles].join(': '), length > 0 ? table([head, ...rows]) : ''];
  return titles.length + length > 0 ? [parts.filter(Boolean).join('\n\n')] : [];
}

function seriesIn(bytes: Uint8Array): Series[] {
  const all: Series[] = [];
  let series: Series | undefined;
  /** The list of the series that the values belong to. */
  let part = '';
  let index = 0;
  let value: string | undefined;
  readXml(bytes, {
    open({ name, attribute }) {
      if (name === 'ser' && all.length < MOST_SERIES) {
        series = { name: '', categories: [], values: [] };
        all.push(series);
      } else if (series && /^(?:tx|cat|xVal|val|yVal)$/.test(name)) part = name;
      else if (name === 'pt') index = Math.min(Number(attribute('idx')) || 0, MOST_POINTS);
      else if (name === 'v') value = '';
    },
    close(name) {
      if (name === 'ser') series = undefined;
      else if (name === part) part = '';
      else if (name === 'v' && series && value !== undefined) {
        if (part === 'tx') series.name ||= value;
        else if (part === 'cat' || part === 'xVal') series.categories[index] = value;
        else if (part === 'val' || part === 'yVal') series.values[index] = shownNumber(value);
      }
      if (name === 'v') value = undefined;
    },
    text(said) {
      if (value !== undefined) value += said;
    },
  });
  return all;
}
