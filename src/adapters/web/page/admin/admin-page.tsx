import { render } from 'preact';
import { useState } from 'preact/hooks';
import * as words from '../../sentences/en/admin-page.ts';
import { Mark } from '../icons.tsx';
import { useStore } from '../state/state.ts';
import { adminServer } from './admin-requests.ts';
import { AuditLog } from './audit-log.tsx';
import { Failures } from './failures.tsx';
import { LimitsOfOperator } from './limits.tsx';
import { Health, LiveTurns } from './now.tsx';
import { timeOf } from './parts/admin-time.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';
import { Sums } from './sums.tsx';
import { UsageOfAll } from './usage-of-all.tsx';

/** Time between two readings of what changes by the second, ms. */
const NOW_MS = 5_000;
/** The same of what takes the server more work, ms. */
const SUMS_MS = 60_000;

/** Draws the page for operators. It shows figures and states of everybody, and nothing that was said. */
export function showAdmin(place: Element): void {
  document.body.classList.add('administration');
  document.title = `${words.TITLE} – Parley`;
  render(<AdminPage />, place);
}

function AdminPage() {
  const announcement = useStore((state) => state.announcement);
  const [isPaused, setPaused] = useState(false);
  const [month, setMonth] = useState('');
  const every = (ms: number) => (isPaused ? null : ms);
  const now = useRead('now', adminServer.now, every(NOW_MS));
  return (
    <div class="admin">
      <header>
        <Mark />
        <h1>{words.TITLE}</h1>
        <a href="/">{words.BACK}</a>
      </header>
      <div class="admin-fresh">
        <button type="button" class="small" onClick={() => setPaused(!isPaused)}>
          {isPaused ? words.refreshing.resume : words.refreshing.pause}
        </button>
        <p class="hint">
          {now.view && words.refreshing.as(timeOf(now.at))} {isPaused && words.refreshing.PAUSED}
        </p>
      </div>
      <main>
        <Section title={words.health.TITLE} reading={now}>
          {({ health }) => <Health health={health} />}
        </Section>
        <Section title={words.turns.TITLE} reading={{ ...now, problem: null }}>
          {({ turns, isMore }) => <LiveTurns turns={turns} isMore={isMore} />}
        </Section>
        <UsageOfAll month={month} choose={setMonth} everyMs={every(SUMS_MS)} />
        <Sums of="people" month={month} everyMs={every(SUMS_MS)} />
        <Sums of="places" month={month} everyMs={every(SUMS_MS)} />
        <LimitsOfOperator everyMs={every(SUMS_MS)} />
        <Failures everyMs={every(SUMS_MS)} />
        <AuditLog everyMs={every(SUMS_MS)} />
      </main>
      <div role="status" class="visually-hidden">
        {announcement}
      </div>
    </div>
  );
}
