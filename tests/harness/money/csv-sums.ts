/** Sums of what `npm start -- usage --csv` prints. */

export interface FiguresOf {
  requests: number;
  input: number;
  output: number;
  /** Nano-dollars. */
  cost: number;
}

export const figures = ({ requests, input, output, cost }: FiguresOf): FiguresOf => ({
  requests,
  input,
  output,
  cost,
});

/** The sums of the lines, in all and by person. */
export function sumsOf(csv: string): { total: FiguresOf; people: Record<string, FiguresOf> } {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.split(',');
  const people: Record<string, FiguresOf> = {};
  const total = { requests: 0, input: 0, output: 0, cost: 0 };
  for (const line of lines) {
    const cells = line.split(',');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const person = people[cell('person')] ?? { requests: 0, input: 0, output: 0, cost: 0 };
    people[cell('person')] = person;
    for (const sum of [total, person]) {
      sum.requests += Number(cell('requests'));
      sum.input += Number(cell('input'));
      sum.output += Number(cell('output'));
      sum.cost += Math.round(Number(cell('cost_usd')) * 1e9);
    }
  }
  return { total, people };
}
