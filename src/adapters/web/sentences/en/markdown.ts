/** English words within an answer's Markdown, and of the buttons that copy it. */

/** A `<details>` without a summary. */
export const DETAILS = 'Details';
/** An image without a text. */
export const IMAGE = 'Image';
/** Code without a language. */
export const PLAIN_CODE = 'text';

/** The box of a task in a list. */
export const task = { done: 'Done', open: 'To do' };

export const code = {
  wrap: 'Wrap lines',
  download: 'Download code',
  showAll: (lines: number) => `Show all ${lines} lines`,
  showLess: 'Show fewer lines',
  /** The name of a file, before its ending. */
  FILE: 'code',
};

/** Diagrams of Mermaid. */
export const diagrams = {
  showCode: 'Show code',
  showDiagram: 'Show diagram',
  download: 'Download diagram',
  /** The name of a file, before its ending. */
  FILE: 'diagram',
  failures: {
    kind: 'This kind of diagram can’t be drawn here.',
    mistake: 'The diagram has a mistake.',
    slow: 'The diagram takes too long to draw.',
    long: 'The diagram is too long to draw.',
    frame: 'Diagrams can’t be drawn in this browser.',
  },
  named: (kind: string, title: string) => `${kind}: ${title}`,
  /** A diagram of a kind that has no name here. */
  KIND: 'Diagram',
  /** By the word that a diagram begins with. */
  kinds: [
    ['flowchart', 'Flowchart'],
    ['graph', 'Flowchart'],
    ['sequenceDiagram', 'Sequence diagram'],
    ['classDiagram', 'Class diagram'],
    ['stateDiagram', 'State diagram'],
    ['erDiagram', 'Entity relationship diagram'],
    ['gantt', 'Gantt chart'],
    ['pie', 'Pie chart'],
    ['gitGraph', 'Git graph'],
    ['journey', 'User journey'],
    ['quadrantChart', 'Quadrant chart'],
    ['timeline', 'Timeline'],
    ['xychart', 'Chart'],
    ['sankey', 'Sankey diagram'],
    ['block', 'Block diagram'],
    ['kanban', 'Kanban board'],
    ['requirementDiagram', 'Requirement diagram'],
    ['packet', 'Packet diagram'],
    ['radar', 'Radar chart'],
    ['treemap', 'Treemap'],
  ],
} as const;

export const table = {
  copy: 'Copy as CSV',
  sort: (column: string) => `Sort by ${column}`,
};

/** Footnotes. */
export const notes = {
  name: (label: string) => `Note ${label}`,
  back: (label: string) => `Back from note ${label}`,
};

/** Titles of alerts. */
export const alerts = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

export const copying = {
  code: 'Copy code',
  copied: 'Copied',
  done: 'Copied.',
  refused: 'The browser does not allow copying here. Select the text and copy it yourself.',
};
