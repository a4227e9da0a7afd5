/** A table of OpenDocument while it is read, in which cells and rows say how often they are repeated. */

/** Most times that a cell or row with something in it is repeated. */
const MOST_REPEATED = 1_000;
/** Most columns of a table. */
const MOST_COLUMNS = 16_384;

export interface Grid {
  beginRow(times: number): void;
  /** @param value stands for the cell where it has no text */
  beginCell(value: string, times: number): void;
  /** Adds a text to the cell. */
  add(text: string): void;
  endCell(): void;
  endRow(): void;
}

/** @param onRow is called with each row that has something in it, without the empty cells at its end */
export function createGrid(onRow: (cells: string[]) => void): Grid {
  let row: string[] = [];
  /** Empty cells since the last one with something in it. */
  let blanks = 0;
  let rowTimes = 1;
  let cell = '';
  let value = '';
  let cellTimes = 1;

  return {
    beginRow(times) {
      row = [];
      blanks = 0;
      rowTimes = Math.min(times, MOST_REPEATED);
    },
    beginCell(given, times) {
      cell = '';
      value = given;
      cellTimes = times;
    },
    add(text) {
      cell = cell === '' ? text : `${cell}\n${text}`;
    },
    endCell() {
      const shown = cell === '' ? value : cell;
      if (shown === '') {
        blanks += cellTimes;
        return;
      }
      if (row.length + blanks >= MOST_COLUMNS) return;
      for (; blanks > 0; blanks--) row.push('');
      for (let time = Math.min(cellTimes, MOST_REPEATED); time > 0; time--) row.push(shown);
    },
    endRow() {
      if (row.length > 0) for (let time = 0; time < rowTimes; time++) onRow(row);
    },
  };
}
