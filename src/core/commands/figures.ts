/** Numbers in a command's reply. Each platform draws them in its own way. */

export interface Figures {
  chart: Chart;
  table: FigureTable;
}

/** The name of a bar or of a row: a text, or a person by the platform's own id of them. */
export type Label = { text: string } | { person: string };

/** Bars from zero, in the order in which they are drawn. */
export interface Chart {
  title: string;
  /** The picture in words, for people who cannot see it. */
  alternative: string;
  unit: 'dollars' | 'tokens';
  bars: Bar[];
  /** Days follow one another, so neighbours may be drawn as one bar; other bars are things of their own. */
  isOfDays: boolean;
}

export interface Bar {
  label: Label;
  /** Not below zero; in dollars or tokens, as the chart says. */
  value: number;
  /** The value with its unit. */
  shown: string;
}

export interface FigureTable {
  caption: string;
  /** The heading of the labels, then one for each figure of a row. */
  headings: string[];
  rows: FigureRow[];
}

export interface FigureRow {
  label: Label;
  figures: Figure[];
}

export interface Figure {
  /** Undefined: not known. */
  value: number | undefined;
  /** The value as a cell shows it. */
  shown: string;
  /** The value as a line of text says it, such as `4 requests`. */
  said: string;
}

/** The table as a list in Markdown. @param nameOf a label in Markdown */
export function listOfTable({ rows }: FigureTable, nameOf: (label: Label, index: number) => string): string {
  return rows
    .map(
      ({ label, figures }, index) =>
        `- ${nameOf(label, index)}: ${figures.map(({ said }) => said).join(' · ')}`,
    )
    .join('\n');
}
