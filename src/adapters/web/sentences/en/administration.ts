/** English sentences of the page for operators, which the server says. */

/** @param month such as “November 2026” */
export const usage = (month: string) => `Usage of everybody in ${month}`;

/** A limit with the amount that is spent of it. */
export const limit = ({ spent, most, period }: { spent: string; most: string; period: 'day' | 'month' }) =>
  `${spent} of ${most} ${period === 'day' ? 'today' : 'this month'}`;
