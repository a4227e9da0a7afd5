import type { Tokens } from 'marked';
import { useContext, useMemo, useState } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import { CopyButton } from '../../copy.tsx';
import { ChevronIcon } from '../../icons.tsx';
import { directionOf } from '../direction.ts';
import { DefinitionsContext, Inline } from '../inline/inline.tsx';
import { plainText } from '../inline/inline-nodes.ts';
import { parseInline } from '../inline/parse-inline.ts';
import { orderOf, toCsv } from './csv.ts';

const words = onPage.markdown.table;

interface Sorting {
  column: number;
  isDown: boolean;
}

/** A table, which can be sorted and copied once it is written. */
export function Table({ token, growing }: { token: Tokens.Table; growing: boolean }) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const texts = useTexts(token, growing);
  const order = useMemo(() => (texts && sorting ? sorted(texts, sorting) : null), [texts, sorting]);
  const rows = order ? order.flatMap((row) => token.rows.slice(row, row + 1)) : token.rows;
  const turn = (column: number) =>
    setSorting((now) =>
      now?.column === column ? (now.isDown ? null : { column, isDown: true }) : { column, isDown: false },
    );
  return (
    <div class="table-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach */}
      <div class="table" dir={directionOf(token.raw)} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {token.header.map((cell, index) => (
                <Cell
                  key={index}
                  cell={cell}
                  growing={false}
                  direction={sortedAs(sorting, index)}
                  name={texts?.[0]?.[index]}
                >
                  {texts && token.rows.length > 1 && (
                    <SortButton column={texts[0]?.[index] ?? ''} turn={() => turn(index)} />
                  )}
                </Cell>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                {cells.map((cell, index) => (
                  <Cell key={index} cell={cell} growing={growing && row === token.rows.length - 1} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {texts && <CopyButton text={toCsv(inOrder(texts, order))} name={words.copy} />}
    </div>
  );
}

/** The cells as a person reads them, the head first. Null while the table is written. */
function useTexts(token: Tokens.Table, growing: boolean): string[][] | null {
  const definitions = useContext(DefinitionsContext);
  return useMemo(() => {
    if (growing) return null;
    const textOf = ({ text }: Tokens.TableCell) =>
      plainText(parseInline(text, { definitions, growing: false }));
    return [token.header, ...token.rows].map((cells) => cells.map(textOf));
  }, [token, growing, definitions]);
}

function sorted([, ...rows]: string[][], { column, isDown }: Sorting): number[] {
  const cells = rows.map((row) => row[column] ?? '');
  return orderOf(cells, isDown, document.documentElement.lang || undefined);
}

function inOrder([head = [], ...rows]: string[][], order: number[] | null): string[][] {
  return [head, ...(order ? order.flatMap((row) => rows.slice(row, row + 1)) : rows)];
}

type Sorted = 'ascending' | 'descending' | undefined;

function sortedAs(sorting: Sorting | null, column: number): Sorted {
  if (sorting?.column !== column) return undefined;
  return sorting.isDown ? 'descending' : 'ascending';
}

interface CellProps {
  cell: Tokens.TableCell;
  growing: boolean;
  direction?: Sorted;
  /** The name for screen readers, where it is not all that the cell holds. */
  name?: string | undefined;
  children?: preact.ComponentChildren;
}

function Cell({ cell, growing, direction, name, children }: CellProps) {
  const Tag = cell.header ? 'th' : 'td';
  return (
    // A number has no direction of its own and follows its table.
    <Tag
      dir={/\p{L}/u.test(cell.text) ? 'auto' : undefined}
      class={cell.align ? `align-${cell.align}` : undefined}
      aria-label={name || undefined}
      {...(direction && { 'aria-sort': direction })}
    >
      <Inline text={cell.text} growing={growing} />
      {children}
    </Tag>
  );
}

function SortButton({ column, turn }: { column: string; turn: () => void }) {
  const name = words.sort(column);
  return (
    <button type="button" class="sort" aria-label={name} title={name} onClick={turn}>
      <ChevronIcon />
    </button>
  );
}
