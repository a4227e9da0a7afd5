import { useEffect, useState } from 'preact/hooks';
import type { AboutView } from '../../api/about.ts';
import { ADMIN_PATH } from '../../api/admin.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { useStore } from '../state/state.ts';

/** Who answers, who pays and what is stored; read when it is unfolded, and again after a change of settings. */
export function About() {
  const [open, setOpen] = useState(false);
  return (
    <details class="about" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{onPage.settings.ABOUT}</summary>
      {open && <AboutLines />}
    </details>
  );
}

function AboutLines() {
  const settings = useStore((state) => state.settings);
  const [about, setAbout] = useState<AboutView>({ lines: [], isOperator: false });
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    server.about().then(
      (found) => isCurrent && setAbout(found),
      (error) => isCurrent && setProblem(sentenceOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [settings]);
  if (problem !== null) return <p class="hint">{problem}</p>;
  return (
    <>
      <dl>
        {about.lines.map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {about.isOperator && (
        <p>
          <a href={ADMIN_PATH}>{onPage.settings.ADMINISTRATION}</a>
        </p>
      )}
    </>
  );
}
