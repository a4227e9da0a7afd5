import type { ComponentChildren } from 'preact';
import * as words from '../../../sentences/en/admin-page.ts';

export interface AdminTableProps {
  caption: string;
  /** The first column names the row. */
  columns: { heading: string; isNumber?: boolean }[];
  rows: { key: string; cells: ComponentChildren[] }[];
  /** A sentence in place of a table without rows. */
  empty: string;
}

/** A table that scrolls by itself where it is wider than the window. */
export function AdminTable({ caption, columns, rows, empty }: AdminTableProps) {
  if (rows.length === 0) return <p class="hint">{empty}</p>;
  const classOf = (index: number) => (columns[index]?.isNumber ? 'number' : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach
    <div class="admin-table" tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ heading }, index) => (
              <th key={heading} scope="col" class={classOf(index)}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th key={index} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={index} class={classOf(index)}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PagerProps {
  /** The name of the table. */
  of: string;
  /** The number of the first row that is shown, from 0. */
  from: number;
  shown: number;
  count: number;
  pageRows: number;
  go: (from: number) => void;
}

/** Steps through the pages of a table; nothing where it has one. */
export function Pager({ of, from, shown, count, pageRows, go }: PagerProps) {
  if (count <= pageRows && from === 0) return null;
  const { name, range, previous, next } = words.pager;
  return (
    <nav class="pager" aria-label={name(of)}>
      <button
        type="button"
        class="small"
        disabled={from === 0}
        onClick={() => go(Math.max(0, from - pageRows))}
      >
        {previous}
      </button>
      <span class="hint">
        {range(whole.format(from + 1), whole.format(from + shown), whole.format(count))}
      </span>
      <button
        type="button"
        class="small"
        disabled={from + shown >= count}
        onClick={() => go(from + pageRows)}
      >
        {next}
      </button>
    </nav>
  );
}

/** Every digit, such as `12,345`. */
export const whole = new Intl.NumberFormat('en');
