import { useId, useState } from 'preact/hooks';
import type { Label } from '../../../../core/commands/figures.ts';
import type { AdminUsage } from '../../api/admin.ts';
import * as words from '../../sentences/en/admin-page.ts';
import { Choice } from '../settings/choice.tsx';
import { UsageChart } from '../settings/usage/usage-chart.tsx';
import { adminServer } from './admin-requests.ts';
import { AdminTable } from './parts/admin-table.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';

const said = words.usage;

type By = keyof typeof said.by;
const CHOICES = (Object.keys(said.by) as By[]).map((value) => ({ value, label: said.by[value] }));

interface UsageOfAllProps {
  month: string;
  choose: (month: string) => void;
  everyMs: number | null;
}

/** The usage of everybody in a month, by day, model or kind. */
export function UsageOfAll({ month, choose, everyMs }: UsageOfAllProps) {
  const [by, setBy] = useState<By>('day');
  const reading = useRead(`usage ${month} ${by}`, () => adminServer.usage(month, by), everyMs);
  const id = useId();
  const months = reading.view?.months ?? [];
  const head = (
    <div class="admin-choices">
      <div class="setting">
        <label for={id}>{said.MONTH}</label>
        <select id={id} value={month} onChange={(event) => choose(event.currentTarget.value)}>
          {months.map(({ value, label }, index) => (
            <option key={value} value={index === 0 ? '' : value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Choice legend={said.BY} choices={CHOICES} chosen={by} choose={setBy} />
    </div>
  );
  return (
    <Section title={said.TITLE} reading={reading} head={months.length > 0 && head}>
      {(view) => <Figures view={view} />}
    </Section>
  );
}

function Figures({ view: { title, lines, figures } }: { view: AdminUsage }) {
  return (
    <>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {figures?.chart.isOfDays && <UsageChart chart={figures.chart} />}
      {figures && (
        <AdminTable
          caption={title}
          columns={figures.table.headings.map((heading, index) => ({ heading, isNumber: index > 0 }))}
          rows={figures.table.rows.map(({ label, figures: cells }) => ({
            key: textOf(label),
            cells: [textOf(label), ...cells.map(({ shown }) => shown)],
          }))}
          empty=""
        />
      )}
    </>
  );
}

const textOf = (label: Label) => ('text' in label ? label.text : label.person);
