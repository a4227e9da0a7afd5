/** People who signed in where the page is open to everybody, and may not any more. */
import { expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { startParley } from '../../../harness/web.ts';

const ADA = { name: 'Ada', email: 'ada@example.com', email_verified: true };

it('lets nobody go on as a person whom no rule names any more, and lets them in as anybody', async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await using issuer = await startCertifiedIssuer({
    publicUrl,
    people: { ada: ADA },
    method: 'client_secret_post',
  });
  const env = { ...issuer.settings(publicUrl), PORT: String(port), WEB_OPEN: 'on' };
  const before = await startParley({ ...env, SIGN_IN_ALLOWED: '@example.com' });
  const browser = before.browser();
  issuer.person = 'ada';
  expect((await signIn(browser)).response.status).toBe(303);
  const conversation = await browser.newConversation();
  expect((await browser.state()).account).toMatchObject({ name: 'Ada' });
  await before.app.stop();

  await using after = await startParley({ ...env, SIGN_IN_ALLOWED: '@other.example' }, before.folder);
  expect(after.app.url).toBe(before.app.url);
  expect(await browser.state()).toMatchObject({ account: null, conversations: [] });
  expect((await browser.fetch(`/api/conversations/${conversation}`)).status).toBe(404);
  expect((await browser.fetch('/api/account/export', { method: 'POST' })).status).toBe(404);
  expect(await browser.newConversation()).not.toBe(conversation);
});
