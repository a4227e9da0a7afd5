import { useState } from 'preact/hooks';
import type { AdminAudit } from '../../api/admin.ts';
import * as words from '../../sentences/en/admin-page.ts';
import { adminServer } from './admin-requests.ts';
import { AdminTable, Pager, whole } from './parts/admin-table.tsx';
import { AdminTime } from './parts/admin-time.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';
import { Person } from './person.tsx';

const said = words.audits;
/** Rows that the server sends at once. */
const PAGE_ROWS = 50;

/** The newest lines of the audit log, with ids in place of names. */
export function AuditLog({ everyMs }: { everyMs: number | null }) {
  const [from, setFrom] = useState(0);
  const reading = useRead(`audit ${from}`, () => adminServer.audits(from), everyMs);
  return (
    <Section title={said.TITLE} reading={reading}>
      {({ rows, count }) => (
        <>
          <AdminTable
            caption={said.CAPTION}
            columns={[
              { heading: said.when },
              { heading: said.action },
              { heading: said.who },
              { heading: said.where },
              { heading: said.details },
            ]}
            rows={rows.map((row, index) => ({ key: `${row.at} ${index}`, cells: cellsOf(row) }))}
            empty={said.EMPTY}
          />
          <Pager
            of={said.TITLE}
            from={from}
            shown={rows.length}
            count={count}
            pageRows={PAGE_ROWS}
            go={setFrom}
          />
        </>
      )}
    </Section>
  );
}

function cellsOf(row: AdminAudit) {
  const { at, action, who, conversation, tenant, what, reason, fields, host, from, count } = row;
  const where = conversation ?? tenant;
  const details = [
    what,
    fields?.join(', '),
    host !== undefined && said.host(host),
    reason !== undefined && said.reason(reason),
    from !== undefined && said.from(from),
    count !== undefined && said.count(whole.format(count)),
  ].filter((detail) => typeof detail === 'string');
  const person = who?.id === 'operator' ? said.OPERATOR : who && <Person person={who} />;
  return [
    <AdminTime at={at} />,
    action,
    person ?? words.NONE,
    // A person on the page is their own place.
    where === undefined || where === who?.id ? words.NONE : <code>{where}</code>,
    details.length > 0 ? details.map((detail) => <span class="admin-line">{detail}</span>) : words.NONE,
  ];
}
