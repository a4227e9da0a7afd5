import type { OperatorLimit } from '../../../../core/operator/operator-view.ts';
import * as words from '../../sentences/en/admin-page.ts';
import { adminServer } from './admin-requests.ts';
import { AdminTable, whole } from './parts/admin-table.tsx';
import { AdminTime } from './parts/admin-time.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';

const said = words.limits;
const NANOS = 1_000_000_000;
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The limits of the operator, and what is spent of those that are everybody's. */
export function LimitsOfOperator({ everyMs }: { everyMs: number | null }) {
  const reading = useRead('limits', adminServer.limits, everyMs);
  return (
    <Section title={said.TITLE} reading={reading}>
      {({ limits }) => (
        <AdminTable
          caption={said.CAPTION}
          columns={[
            { heading: said.variable },
            { heading: said.most, isNumber: true },
            { heading: said.spent, isNumber: true },
            { heading: said.renews },
          ]}
          rows={limits.map((limit) => ({ key: limit.variable, cells: cellsOf(limit) }))}
          empty=""
        />
      )}
    </Section>
  );
}

function cellsOf({ variable, most, unit, spent, renewsAt }: OperatorLimit) {
  return [
    <code>{variable}</code>,
    most === undefined
      ? said.NO_LIMIT
      : said.amounts[unit](unit === 'dollars' ? cents.format(most) : whole.format(most)),
    spent === undefined ? words.NONE : said.amounts.dollars(cents.format(spent / NANOS)),
    renewsAt === undefined ? words.NONE : <AdminTime at={renewsAt} />,
  ];
}
