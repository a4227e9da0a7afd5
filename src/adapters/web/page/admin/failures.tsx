import * as words from '../../sentences/en/admin-page.ts';
import { adminServer } from './admin-requests.ts';
import { AdminTable, whole } from './parts/admin-table.tsx';
import { timeOf } from './parts/admin-time.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';

const said = words.failures;

/** Answers that failed within the last day, by the kind of failure. */
export function Failures({ everyMs }: { everyMs: number | null }) {
  const reading = useRead('failures', adminServer.failures, everyMs);
  return (
    <Section title={said.TITLE} reading={reading}>
      {({ since, turns, failures }) => (
        <AdminTable
          caption={said.caption(timeOf(since), whole.format(turns))}
          columns={[
            { heading: said.kind },
            { heading: said.meaning },
            { heading: said.count, isNumber: true },
          ]}
          rows={failures.map(({ kind, count }) => ({
            key: kind,
            cells: [<code>{kind}</code>, said.meanings[kind], whole.format(count)],
          }))}
          empty={said.none(timeOf(since), whole.format(turns))}
        />
      )}
    </Section>
  );
}
