/** The figures of a reply on Slack: its own chart and table, or a list where a workspace does not take them. */
import type { types } from '@slack/bolt';
import {
  type Bar,
  type Chart,
  type FigureRow,
  type Figures,
  type Label,
  listOfTable,
} from '../../../core/commands/figures.ts';
import { escaped } from '../reading/text.ts';

/** Limits of a chart (docs.slack.dev/reference/block-kit/blocks/data-visualization-block; categories: OpenClaw). */
const TITLE_CHARACTERS = 50;
const LABEL_CHARACTERS = 20;
const MOST_CATEGORIES = 20;
/** Limits of a table, all cells together (…/blocks/data-table-block); its heading is a row, too. */
const MOST_ROWS = 100;
const TABLE_CHARACTERS = 10_000;
/** Rows on a page, of 100 at most. People turn pages, and sort. */
const PAGE_ROWS = 10;

/** Slack's types do not have this block yet. */
interface ChartBlock extends types.Block {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'bar';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[] };
  };
}

type Cell = types.RawTextElement | types.RawNumberElement | types.RichTextBlock;

/** Blocks for messages; modals and App Home take neither. */
export function figureBlocks({ chart, table }: Figures): (ChartBlock | types.KnownBlock)[] {
  const { bars, isNumbered } = barsOf(chart);
  const heading = table.headings.map((text): Cell => ({ type: 'raw_text', text }));
  const rows = table.rows
    .slice(0, MOST_ROWS)
    .map((row, index) => [labelCell(row.label, isNumbered ? index + 1 : undefined), ...numbersOf(row)]);
  return [
    chartOf(chart, bars),
    { type: 'data_table', caption: table.caption, page_size: PAGE_ROWS, rows: fitting([heading, ...rows]) },
  ];
}

function chartOf({ title, unit }: Chart, bars: NamedBar[]): ChartBlock {
  return {
    type: 'data_visualization',
    title: title.slice(0, TITLE_CHARACTERS),
    chart: {
      type: 'bar',
      series: [{ name: unit, data: bars.map(({ name, value }) => ({ label: name, value })) }],
      axis_config: { categories: bars.map(({ name }) => name) },
    },
  };
}

interface NamedBar extends Pick<Bar, 'value'> {
  name: string;
}

/** Bars with the labels of the chart, or with numbers if a label is a person, too long, or there twice. */
function barsOf(chart: Chart): { bars: NamedBar[]; isNumbered: boolean } {
  const named = chart.bars.map(({ label, value }) => ({ name: 'text' in label ? label.text : '', value }));
  if (chart.isOfDays) return { bars: joined(named), isNumbered: false };
  const fits = named.every(({ name }) => name !== '' && Buffer.byteLength(name) <= LABEL_CHARACTERS);
  if (fits && new Set(named.map(({ name }) => name)).size === named.length)
    return { bars: named, isNumbered: false };
  return { bars: named.map(({ value }, index) => ({ name: String(index + 1), value })), isNumbered: true };
}

/** Neighbouring days as one bar, where there are more days than a chart takes. */
function joined(bars: NamedBar[]): NamedBar[] {
  const size = Math.ceil(bars.length / MOST_CATEGORIES);
  return Array.from({ length: Math.ceil(bars.length / size) }, (_, index) => {
    const group = bars.slice(index * size, (index + 1) * size);
    const names = [...new Set([group.at(0)?.name, group.at(-1)?.name])];
    return { name: names.join('–'), value: group.reduce((sum, { value }) => sum + value, 0) };
  });
}

/** A mention in a cell shows the person's name; in a message to one person it tells nobody. */
function labelCell(label: Label, number: number | undefined): Cell {
  const before = number === undefined ? '' : `${number} `;
  if (!('person' in label)) return { type: 'raw_text', text: `${before}${label.text}` };
  const name: types.RichTextElement[] = [{ type: 'user', user_id: label.person }];
  const elements = before === '' ? name : [{ type: 'text' as const, text: before }, ...name];
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

function numbersOf({ figures }: FigureRow): Cell[] {
  return figures.map(({ value, shown }) =>
    value === undefined ? { type: 'raw_text', text: shown } : { type: 'raw_number', value, text: shown },
  );
}

/** The rows for which a table has room. */
function fitting(rows: Cell[][]): Cell[][] {
  let left = TABLE_CHARACTERS;
  return rows.filter((row) => {
    left -= row.reduce((sum, cell) => sum + ('text' in cell ? cell.text.length : LABEL_CHARACTERS), 0);
    return left >= 0;
  });
}

/** The table as a list in mrkdwn. Only its people are mentions. */
export function figureList({ chart, table }: Figures): string {
  const list = listOfTable(table, (label, index) => {
    const name = 'person' in label ? `<@${label.person}>` : `\`${escaped(label.text.replaceAll('`', "'"))}\``;
    return chart.isOfDays ? name : `${index + 1} ${name}`;
  });
  return list.replace(/^- /gm, '• ');
}
