/** Shows a problem above the message box until it is dismissed or its cause is gone. */
import { contacts, ServerError, sentenceOf } from '../connection/server.ts';
import { getState, type PageState, type Problem, setState, subscribe } from './state.ts';

/** Turns a failure into a problem that people can read. */
export function problemOf(error: unknown): Problem {
  const sentence = sentenceOf(error);
  if (!(error instanceof ServerError)) return { sentence };
  if (error.isPassing) {
    const before = contacts();
    return { sentence, isOver: () => contacts() > before };
  }
  return error.code === 'busy' && isAnswering(getState())
    ? { sentence, isOver: (state) => !isAnswering(state) }
    : { sentence };
}

function isAnswering({ open }: PageState): boolean {
  return open.turns.some((turn) => turn.live);
}

export function dismiss(): void {
  setState({ problem: null });
}

export function dropSolvedProblems(): void {
  subscribe(() => {
    const state = getState();
    if (state.problem?.isOver?.(state)) setState({ problem: null });
  });
}
