import { useEffect, useId, useState } from 'preact/hooks';
import type { Figures, Label } from '../../../../../core/commands/figures.ts';
import type { UsageView } from '../../../api/usage.ts';
import { onPage } from '../../../sentences/en.ts';
import { sentenceOf, server } from '../../connection/server.ts';
import { Choice } from '../choice.tsx';
import { ShareBar, UsageChart } from './usage-chart.tsx';

const words = onPage.settings.usage;

type By = keyof typeof words.by;
const CHOICES = (Object.keys(words.by) as By[]).map((value) => ({ value, label: words.by[value] }));

/** Usage and its cost, read when it is unfolded. */
export function Usage() {
  const [open, setOpen] = useState(false);
  return (
    <details class="about usage" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.NAME}</summary>
      {open && <UsageOfMonth />}
    </details>
  );
}

function UsageOfMonth() {
  const [month, setMonth] = useState('');
  const [by, setBy] = useState<By>('day');
  const { view, problem } = useUsage(month, by);
  const id = useId();
  if (problem !== null) return <p class="hint">{problem}</p>;
  if (!view) return <p class="hint">{onPage.conversation.LOADING}</p>;
  return (
    <>
      <div class="setting">
        <label for={id}>{words.MONTH}</label>
        <select id={id} value={month} onChange={(event) => setMonth(event.currentTarget.value)}>
          {view.months.map(({ value, label }, index) => (
            <option key={value} value={index === 0 ? '' : value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Choice legend={words.BY} choices={CHOICES} chosen={by} choose={setBy} />
      {/* A screen reader reads the new sums. */}
      <div aria-live="polite">
        {view.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {view.figures && <UsageFigures figures={view.figures} />}
    </>
  );
}

/** The server's view; the last one stays until the next is there. */
function useUsage(month: string, by: By) {
  const [view, setView] = useState<UsageView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    server.usage(month, by).then(
      (usage) => isCurrent && setView(usage),
      (error) => isCurrent && setProblem(sentenceOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [month, by]);
  return { view, problem };
}

function UsageFigures({ figures: { chart, table } }: { figures: Figures }) {
  const highest = Math.max(...chart.bars.map(({ value }) => value));
  return (
    <>
      {chart.isOfDays && <UsageChart chart={chart} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach */}
      <div class="table" tabIndex={0}>
        <table aria-label={chart.title}>
          <thead>
            <tr>
              {table.headings.map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ label, figures }, index) => (
              <tr key={index}>
                <th scope="row">
                  {textOf(label)}
                  {!chart.isOfDays && <ShareBar value={chart.bars[index]?.value ?? 0} of={highest} />}
                </th>
                {figures.map(({ shown }, column) => (
                  <td key={column}>{shown}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const textOf = (label: Label) => ('text' in label ? label.text : label.person);
