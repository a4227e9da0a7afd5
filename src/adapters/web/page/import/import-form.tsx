import { onPage } from '../../sentences/en.ts';
import { type ImportState, importFiles, useImport } from './import-state.ts';

const words = onPage.importing;

/** Takes conversations of other programs from their files, and says what came of it. */
export function ImportForm() {
  const state = useImport();
  return (
    <section class="import" aria-labelledby="settings-import">
      <h3 id="settings-import">{words.TITLE}</h3>
      <p class="hint">{words.HINT}</p>
      {state.at === 'work' ? (
        <Work state={state} />
      ) : (
        <button type="button" class="small" onClick={chooseFiles}>
          {words.BUTTON}
        </button>
      )}
      {state.at === 'end' && (
        <ul class={state.isFailed ? 'import-report problem' : 'import-report'}>
          {state.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Work({ state: { progress, stop } }: { state: ImportState & { at: 'work' } }) {
  return (
    <>
      <progress
        aria-label={words.PROGRESS}
        max={Math.max(1, progress?.size ?? 1)}
        value={progress?.read ?? 0}
      />
      <p>
        {words.soFar(progress ? progress.report.added + progress.report.grown + progress.report.known : 0)}
      </p>
      <button type="button" class="small" onClick={stop}>
        {words.STOP}
      </button>
    </>
  );
}

function chooseFiles(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = '.json,application/json';
  input.onchange = () => importFiles([...(input.files ?? [])]);
  input.click();
}
