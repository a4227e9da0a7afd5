import type { ComponentChildren } from 'preact';
import type { AdminNow, AdminTurn } from '../../api/admin.ts';
import * as words from '../../sentences/en/admin-page.ts';
import { AdminTable, whole } from './parts/admin-table.tsx';
import { AdminTime } from './parts/admin-time.tsx';
import { Person } from './person.tsx';

const MEGABYTE = 2 ** 20;

export function Health({ health }: Pick<AdminNow, 'health'>) {
  const said = words.health;
  const { reason, version, startedAt, store, processes, memory, openCalls, platforms, troubles, error } =
    health;
  return (
    <>
      <p class={reason === undefined ? 'admin-state' : 'admin-state problem'}>
        {reason === undefined ? said.READY : said.notReady(reason)}
      </p>
      <dl>
        <Fact name={said.version}>{version}</Fact>
        <Fact name={said.since}>
          <AdminTime at={startedAt} />
        </Fact>
        <Fact name={said.store}>{said.processes(store, processes)}</Fact>
        <Fact name={said.memory}>{said.megabytes(whole.format(Math.round(memory / MEGABYTE)))}</Fact>
        <Fact name={said.openCalls}>{whole.format(openCalls)}</Fact>
        <Fact name={said.error}>
          {error ? (
            <>
              <AdminTime at={error.at} />: {error.says}
            </>
          ) : (
            said.NO_ERROR
          )}
        </Fact>
        {platforms.map((platform) => (
          <Fact key={platform.label} name={platform.label}>
            {platform.reason ?? said.CONNECTED}
          </Fact>
        ))}
      </dl>
      {troubles.length > 0 && (
        <AdminTable
          caption={said.troubles}
          columns={[
            { heading: said.trouble.what },
            { heading: said.trouble.since },
            { heading: said.trouble.answers, isNumber: true },
          ]}
          rows={troubles.map(({ what, since, answers }) => ({
            key: what,
            cells: [what, <AdminTime at={Date.parse(since)} />, whole.format(answers)],
          }))}
          empty=""
        />
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function LiveTurns({ turns, isMore }: Pick<AdminNow, 'turns' | 'isMore'>) {
  const said = words.turns;
  return (
    <AdminTable
      caption={isMore ? said.more(turns.length) : said.caption(turns.length)}
      columns={[
        { heading: said.person },
        { heading: words.sums.platform },
        { heading: said.state },
        { heading: said.since },
        { heading: said.model },
        { heading: said.tokens, isNumber: true },
        { heading: said.place },
      ]}
      rows={turns.map((turn, index) => ({
        key: `${turn.conversation} ${turn.at} ${index}`,
        cells: cellsOf(turn),
      }))}
      empty={said.EMPTY}
    />
  );
}

function cellsOf({ person, platform, phase, at, model, written, conversation }: AdminTurn) {
  const said = words.turns;
  return [
    <Person person={person} />,
    platform,
    said.phases[phase],
    <AdminTime at={at} />,
    model ?? words.NONE,
    written > 0 ? said.about(whole.format(written)) : words.NONE,
    <code>{conversation}</code>,
  ];
}
