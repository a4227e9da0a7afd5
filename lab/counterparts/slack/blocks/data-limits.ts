/**
 * Limits of charts and rich tables on Slack (docs.slack.dev/reference/block-kit/blocks/data-visualization-block and
 * …/data-table-block). The page gives no most of categories and of charts in a message: OpenClaw's page on Slack
 * measured 20, slack-morphism's says 2.
 */
import { object } from '../api/args.ts';
import { shownIn } from './shown.ts';

const TITLE_MOST = 50;
const LABEL_MOST = 20;
const SERIES_MOST = 6;
const CATEGORIES_MOST = 20;
const CHARTS_MOST = 2;
const ROWS_MOST = 101;
const COLUMNS_MOST = 20;
/** Characters of the cells of all tables of a message. */
const CELLS_MOST = 10_000;

type Fields = Record<string, unknown>;

export function checkChart(block: Fields, at: string, wrong: string[]): void {
  const chart = object(block.chart) ?? {};
  text(block.title, TITLE_MOST, `${at}/title`, wrong);
  if (chart.type === 'pie') {
    counted(items(chart.segments), [1, SERIES_MOST], `${at}/chart/segments`, wrong);
    return;
  }
  if (!['bar', 'line', 'area'].includes(String(chart.type)))
    wrong.push(`invalid chart [json-pointer:${at}/chart]`);
  const categories = items(object(chart.axis_config)?.categories);
  counted(categories, [1, CATEGORIES_MOST], `${at}/chart/axis_config/categories`, wrong);
  if (new Set(categories).size < categories.length)
    wrong.push(`categories must differ [json-pointer:${at}/chart]`);
  for (const one of categories) text(one, LABEL_MOST, `${at}/chart/axis_config/categories`, wrong);
  const series = items(chart.series).map((one) => object(one) ?? {});
  counted(series, [1, SERIES_MOST], `${at}/chart/series`, wrong);
  if (new Set(series.map(({ name }) => name)).size < series.length)
    wrong.push(`names must differ [json-pointer:${at}/chart/series]`);
  for (const { name, data } of series) {
    text(name, LABEL_MOST, `${at}/chart/series/name`, wrong);
    const points = items(data).map((one) => object(one) ?? {});
    if (points.map(({ label }) => label).join('\n') !== categories.join('\n'))
      wrong.push(`labels must be the categories [json-pointer:${at}/chart/series/data]`);
    if (!points.every(({ value }) => Number.isFinite(value)))
      wrong.push(`must be numbers [json-pointer:${at}/chart/series/data]`);
  }
}

export function checkDataTable(block: Fields, at: string, wrong: string[]): void {
  text(block.caption, Number.POSITIVE_INFINITY, `${at}/caption`, wrong);
  const rows = items(block.rows).map(items);
  counted(rows, [2, ROWS_MOST], `${at}/rows`, wrong);
  const size = Number(block.page_size ?? 5);
  if (!(size >= 1 && size <= 100)) wrong.push(`must be 1 to 100 [json-pointer:${at}/page_size]`);
  for (const row of rows) {
    counted(row, [1, COLUMNS_MOST], `${at}/rows`, wrong);
    if (row.length !== rows[0]?.length) wrong.push(`rows must be equally long [json-pointer:${at}/rows]`);
    for (const cell of row) checkCell(object(cell) ?? {}, row === rows[0], `${at}/rows`, wrong);
  }
}

function checkCell(cell: Fields, isHeading: boolean, at: string, wrong: string[]): void {
  if (cell.type === 'rich_text') {
    if (isHeading) wrong.push(`no rich_text in the heading [json-pointer:${at}]`);
  } else if (cell.type === 'raw_text' || cell.type === 'raw_number') {
    text(cell.text, Number.POSITIVE_INFINITY, at, wrong);
    if (cell.type === 'raw_number' && !Number.isFinite(cell.value))
      wrong.push(`no number [json-pointer:${at}]`);
  } else wrong.push(`unsupported cell [json-pointer:${at}]`);
}

/** Limits of all blocks of a message together. */
export function checkDataTogether(blocks: readonly Fields[], wrong: string[]): void {
  if (blocks.filter(({ type }) => type === 'data_visualization').length > CHARTS_MOST)
    wrong.push(`no more than ${CHARTS_MOST} charts allowed [json-pointer:/blocks]`);
  const tables = blocks.filter(({ type }) => type === 'data_table');
  const cells = tables.flatMap(({ rows }) => items(rows).flatMap(items));
  const characters = cells.reduce<number>((sum, cell) => sum + shownIn([cell]).length, 0);
  if (characters > CELLS_MOST) wrong.push('tables are too long [json-pointer:/blocks]');
}

function text(value: unknown, most: number, at: string, wrong: string[]): void {
  if (typeof value !== 'string' || value === '')
    wrong.push(`must be more than 0 characters [json-pointer:${at}]`);
  else if (Buffer.byteLength(value) > most)
    wrong.push(`must be less than ${most + 1} characters [json-pointer:${at}]`);
}

function counted(given: unknown[], [least, most]: [number, number], at: string, wrong: string[]): void {
  if (given.length < least || given.length > most)
    wrong.push(`must have ${least} to ${most} items [json-pointer:${at}]`);
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
