import { render } from 'preact';
import { App } from './app.tsx';
import { applyAppearance } from './appearance.ts';
import { keepDrafts } from './drafts.ts';
import { takeEscape } from './keys.ts';
import { keepFollowing } from './live.ts';
import { catchUp, load, openRoute, openWhole } from './open.ts';
import { dropSolvedProblems } from './problem.ts';
import { keepUnsent, sendUnsent } from './unsent.ts';

applyAppearance();

document.addEventListener('DOMContentLoaded', () => {
  const page = document.getElementById('page');
  if (!page) return;
  keepDrafts();
  dropSolvedProblems();
  render(<App />, page);
  keepFollowing();
  addEventListener('popstate', openRoute);
  addEventListener('beforeprint', openWhole);
  // Of a preview that shows the page as it would be printed, only this tells.
  matchMedia('print').addEventListener('change', openWhole);
  document.addEventListener('visibilitychange', catchUp);
  document.addEventListener('keydown', takeEscape);
  keepUnsent();
  load().then(sendUnsent);
});
