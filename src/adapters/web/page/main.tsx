import { render } from 'preact';
import { ADMIN_PATH } from '../api/admin.ts';
import { sharePath } from '../api/share.ts';
import { App } from './app.tsx';
import { takeEscape } from './composer/keys.ts';
import { keepFollowing } from './connection/live-turns.ts';
import { keepDrafts } from './drafts/drafts.ts';
import { keepUnsent, sendUnsent } from './drafts/unsent.ts';
import { keepNotifying } from './notify/keep-notifying.ts';
import { catchUp, load, openRoute } from './state/open.ts';
import { closeWhole, openWhole } from './state/places/read-turns.ts';
import { dropSolvedProblems } from './state/problem.ts';
import { keepRead } from './unread/keep-read.ts';

document.addEventListener('DOMContentLoaded', () => {
  const page = document.getElementById('page');
  if (!page) return;
  if (location.pathname.startsWith(sharePath(''))) {
    import('./share/shared-page.tsx').then(({ showShared }) => showShared(page));
    return;
  }
  if (location.pathname === ADMIN_PATH) {
    import('./admin/admin-page.tsx').then(({ showAdmin }) => showAdmin(page));
    return;
  }
  keepDrafts();
  dropSolvedProblems();
  render(<App />, page);
  keepFollowing();
  keepRead();
  keepNotifying();
  addEventListener('popstate', openRoute);
  addEventListener('beforeprint', openWhole);
  addEventListener('afterprint', closeWhole);
  // A print preview sends only this event.
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? openWhole() : closeWhole()));
  document.addEventListener('visibilitychange', catchUp);
  document.addEventListener('keydown', takeEscape);
  keepUnsent();
  load().then(sendUnsent);
});
