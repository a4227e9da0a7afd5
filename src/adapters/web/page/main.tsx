import { render } from 'preact';
import { App } from './app.tsx';
import { applyAppearance } from './appearance.ts';
import { keepFollowing } from './live.ts';
import { catchUp, load, openRoute } from './open.ts';
import { keepUnsent, sendUnsent } from './unsent.ts';

applyAppearance();

document.addEventListener('DOMContentLoaded', () => {
  const page = document.getElementById('page');
  if (!page) return;
  render(<App />, page);
  keepFollowing();
  addEventListener('popstate', openRoute);
  document.addEventListener('visibilitychange', catchUp);
  keepUnsent();
  load().then(sendUnsent);
});
