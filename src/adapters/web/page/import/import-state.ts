/** The import that runs, whatever part of the page is shown. */
import { useEffect, useState } from 'preact/hooks';
import type { ImportBatch, ImportOutcome } from '../../api/import.ts';
import { onPage } from '../../sentences/en.ts';
import { backOff } from '../connection/back-off.ts';
import { call, ServerError, sentenceOf } from '../connection/server.ts';
import { refreshConversations } from '../state/open.ts';
import { announce } from '../state/state.ts';
import type { ImportProgress, ImportReport } from './run-import.ts';

const words = onPage.importing;

export type ImportState =
  | { at: 'rest' }
  | { at: 'work'; progress: ImportProgress | undefined; stop: () => void }
  | { at: 'end'; lines: string[]; isFailed: boolean };

/** Time between two drawings of the progress, ms. */
const DRAWN_MS = 150;
/** Tries of one request while the server cannot be reached. */
const TRIES = 6;

let state: ImportState = { at: 'rest' };
let drawnAt = 0;
const listeners = new Set<() => void>();

function set(next: ImportState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function useImport(): ImportState {
  const [, redraw] = useState({});
  useEffect(() => {
    const listener = () => redraw({});
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return state;
}

export async function importFiles(files: File[]): Promise<void> {
  if (state.at === 'work' || files.length === 0) return;
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  set({ at: 'work', progress: undefined, stop });
  const tell = (progress: ImportProgress) => {
    if (performance.now() - drawnAt < DRAWN_MS) return;
    drawnAt = performance.now();
    set({ at: 'work', progress, stop });
  };
  try {
    const { runImport } = await import('./run-import.ts');
    const report = await runImport({ files, send, tell, rest }, stopping.signal);
    end(linesOf(report), false);
  } catch (error) {
    const isStopped = stopping.signal.aborted;
    end([isStopped ? words.stopped : words.failed(sentenceOf(error))], !isStopped);
  }
  await refreshConversations();
}

function end(lines: string[], isFailed: boolean): void {
  set({ at: 'end', lines, isFailed });
  announce(lines.join(' '));
}

/** Sends again while Parley cannot be reached: nothing is made twice. */
async function send(batch: ImportBatch): Promise<{ outcomes: ImportOutcome[] }> {
  for (let tries = 1; ; tries++) {
    try {
      return await call<{ outcomes: ImportOutcome[] }>('POST', 'import', batch);
    } catch (error) {
      if (!(error instanceof ServerError) || !error.isPassing || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOff(tries)));
    }
  }
}

/** A turn of the event loop. Timers would wait a second each while the window is hidden. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function linesOf(report: ImportReport): string[] {
  const { added, ...others } = report;
  const names = Object.keys(others) as (keyof typeof others)[];
  return [
    added > 0 ? words.report.added(added) : words.report.nothing,
    ...names.flatMap((name) => (others[name] > 0 ? [words.report[name](others[name])] : [])),
  ];
}
