import { useEffect, useState } from 'preact/hooks';
import type { AdminPerson, AdminSum } from '../../api/admin.ts';
import * as words from '../../sentences/en/admin-page.ts';
import { sentenceOf } from '../connection/server.ts';
import { Question } from '../sidebar/conversation-row-forms.tsx';
import { announce } from '../state/state.ts';
import { adminServer } from './admin-requests.ts';
import { AdminTable, Pager, whole } from './parts/admin-table.tsx';
import { Section } from './parts/section.tsx';
import { useRead } from './parts/use-read.ts';
import { nameOf, Person } from './person.tsx';

/** Rows that the server sends at once. */
const PAGE_ROWS = 50;

interface SumsProps {
  of: 'people' | 'places';
  month: string;
  everyMs: number | null;
}

/** People or places, with what they cost in a month. */
export function Sums({ of, month, everyMs }: SumsProps) {
  const [from, setFrom] = useState(0);
  const reading = useRead(`${of} ${month} ${from}`, () => adminServer.sums(of, month, from), everyMs);
  useEffect(() => setFrom(0), [month]);
  const said = of === 'people' ? words.people : words.places;
  const columns = [
    { heading: of === 'people' ? words.people.person : words.places.place },
    { heading: words.sums.platform },
    ...(['cost', 'requests', 'input', 'cached', 'output'] as const).map((name) => ({
      heading: words.sums[name],
      isNumber: true,
    })),
    { heading: words.sums.limits },
  ];
  return (
    <Section title={said.TITLE} reading={reading}>
      {({ rows, count }) => {
        const canSignOut = rows.some(({ person }) => person?.isSignedIn);
        return (
          <>
            <AdminTable
              caption={said.CAPTION}
              columns={canSignOut ? [...columns, { heading: words.people.action }] : columns}
              rows={rows.map((row) => ({
                key: row.person?.id ?? row.place ?? row.platform,
                cells: [...cellsOf(row), ...(canSignOut ? [<Action person={row.person} />] : [])],
              }))}
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
        );
      }}
    </Section>
  );
}

function cellsOf({ person, place, platform, sum, cost, limits }: AdminSum) {
  const named = place === undefined ? words.places.PERSONAL : <code>{place}</code>;
  return [
    person ? <Person person={person} /> : named,
    platform || words.NONE,
    cost,
    ...[sum.requests, sum.input, sum.cached, sum.output].map((count) => whole.format(count)),
    limits.length > 0 ? limits.map((limit) => <span class="admin-line">{limit}</span>) : words.NONE,
  ];
}

/** Ends all sessions of a person, after a question. */
function Action({ person }: { person: AdminPerson | undefined }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!person?.isSignedIn) return <>{words.NONE}</>;
  const said = words.people;
  const name = nameOf(person);
  const end = async () => {
    setAsking(false);
    setProblem(null);
    try {
      await adminServer.signOut(person.id);
      announce(said.done(name));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  if (isAsking)
    return (
      <Question
        question={said.question(name)}
        yes={said.yes}
        no={said.no}
        leave={() => setAsking(false)}
        go={end}
      />
    );
  return (
    <>
      <button type="button" class="small" aria-label={said.signOutOf(name)} onClick={() => setAsking(true)}>
        {said.signOut}
      </button>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
